"""What a service says of itself: ``$metadata`` as EDMX, and the list of its entity sets."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from tools.sandbox.odata.edm import ComplexType, EntityType, Navigation, Property
from tools.sandbox.odata.service import EntitySet, Function, Service

_EDMX = "http://schemas.microsoft.com/ado/2007/06/edmx"
_DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
_EDM = "http://schemas.microsoft.com/ado/2008/09/edm"
_SAP = "http://www.sap.com/Protocols/SAPData"


def service_document(service: Service) -> dict[str, object]:
    """Return the list of entity sets."""
    return {"d": {"EntitySets": list(service.by_name)}}


def edmx(service: Service) -> str:
    """Return the whole ``$metadata`` document."""
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "".join(_document(service))


def _tag(name: str, *, closed: bool = True, **attributes: object) -> str:
    said = "".join(
        f" {_qualified(key)}={quoteattr(_text(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}{'/' if closed else ''}>"


def _qualified(key: str) -> str:
    """``sap__action_for`` is the attribute ``sap:action-for``."""
    prefix, found, name = key.partition("__")
    return f"{prefix}:{name.replace('_', '-')}" if found else key


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _document(service: Service) -> Iterator[str]:
    yield f'<edmx:Edmx Version="1.0" xmlns:edmx="{_EDMX}" xmlns:m="{_DATA}" xmlns:sap="{_SAP}">'
    yield '<edmx:DataServices m:DataServiceVersion="2.0">'
    yield f'<Schema Namespace={quoteattr(service.schema)} xml:lang="en" '
    yield f'sap:schema-version="1" xmlns="{_EDM}">'
    for entity in _entities(service):
        yield from _entity(service, entity)
    for kind in _complexes(service):
        yield from _complex(kind)
    for of in service.sets:
        for way in of.type.navigation:
            yield from _association(service, of, way)
    yield from _container(service)
    yield "</Schema></edmx:DataServices></edmx:Edmx>"


def _entities(service: Service) -> list[EntityType]:
    return list({of.type.name: of.type for of in service.sets}.values())


def _complexes(service: Service) -> list[ComplexType]:
    returned = (function.returns for function in service.functions)
    return list({kind.name: kind for kind in returned if isinstance(kind, ComplexType)}.values())


def _entity(service: Service, entity: EntityType) -> Iterator[str]:
    yield _tag("EntityType", closed=False, Name=entity.name, sap__content_version="1")
    yield "<Key>"
    yield from (_tag("PropertyRef", Name=name) for name in entity.key)
    yield "</Key>"
    for prop in entity.properties:
        yield _property(prop, fixed=prop.name == entity.etag)
    for way in entity.navigation:
        yield _tag(
            "NavigationProperty",
            Name=way.name,
            Relationship=f"{service.schema}.{_relation(entity, way)}",
            FromRole=f"FromRole_{_relation(entity, way)}",
            ToRole=f"ToRole_{_relation(entity, way)}",
        )
    yield "</EntityType>"


def _property(prop: Property, *, fixed: bool = False) -> str:
    return _tag(
        "Property",
        Name=prop.name,
        Type=prop.type,
        Nullable=None if prop.nullable else False,
        MaxLength=prop.max_length,
        Precision=prop.precision,
        Scale=prop.scale,
        ConcurrencyMode="Fixed" if fixed else None,
        sap__label=prop.name,
    )


def _complex(kind: ComplexType) -> Iterator[str]:
    yield _tag("ComplexType", closed=False, Name=kind.name)
    yield from (_property(prop) for prop in kind.properties)
    yield "</ComplexType>"


def _relation(entity: EntityType, way: Navigation) -> str:
    return f"assoc_{entity.name}_{way.name}"


def _association(service: Service, of: EntitySet, way: Navigation) -> Iterator[str]:
    name, target = _relation(of.type, way), service.by_name[way.target].type
    yield _tag("Association", closed=False, Name=name, sap__content_version="1")
    for role, kind, many in (("From", of.type, False), ("To", target, way.many)):
        yield _tag(
            "End",
            Type=f"{service.schema}.{kind.name}",
            Multiplicity="*" if many else ("1" if role == "From" else "0..1"),
            Role=f"{role}Role_{name}",
        )
    yield "</Association>"


def _container(service: Service) -> Iterator[str]:
    yield _tag(
        "EntityContainer",
        closed=False,
        Name=f"{service.schema}_Entities",
        m__IsDefaultEntityContainer=True,
    )
    for of in service.sets:
        yield _tag(
            "EntitySet",
            Name=of.name,
            EntityType=f"{service.schema}.{of.type.name}",
            sap__creatable=of.create is not None,
            sap__updatable=of.update is not None,
            sap__deletable=of.delete is not None,
            sap__content_version="1",
        )
    for of in service.sets:
        for way in of.type.navigation:
            yield from _association_set(service, of, way)
    for function in service.functions:
        yield from _function(service, function)
    yield "</EntityContainer>"


def _association_set(service: Service, of: EntitySet, way: Navigation) -> Iterator[str]:
    name = _relation(of.type, way)
    yield _tag(
        "AssociationSet",
        closed=False,
        Name=f"{name}_Set",
        Association=f"{service.schema}.{name}",
    )
    yield _tag("End", EntitySet=of.name, Role=f"FromRole_{name}")
    yield _tag("End", EntitySet=way.target, Role=f"ToRole_{name}")
    yield "</AssociationSet>"


def _function(service: Service, function: Function) -> Iterator[str]:
    returns, returned_set = function.returns, None
    kind: str | None = None
    if isinstance(returns, ComplexType):
        kind = f"{service.schema}.{returns.name}"
    elif returns is not None:
        kind, returned_set = f"{service.schema}.{service.by_name[returns].type.name}", returns
    yield _tag(
        "FunctionImport",
        closed=False,
        Name=function.name,
        ReturnType=f"Collection({kind})" if kind and function.many else kind,
        EntitySet=returned_set,
        m__HttpMethod=function.method,
        sap__action_for=_action_for(service, function),
    )
    for prop in function.takes.values():
        yield _tag(
            "Parameter",
            Name=prop.name,
            Type=prop.type,
            Mode="In",
            Nullable=True if prop.nullable else None,
            MaxLength=prop.max_length,
            Precision=prop.precision,
            Scale=prop.scale,
        )
    yield "</FunctionImport>"


def _action_for(service: Service, function: Function) -> str | None:
    if function.on is None:
        return None
    return f"{service.schema}.{service.by_name[function.on].type.name}"

"""What a service can do, read from its ``$metadata``.

Releases differ in sets, properties and functions. A wrapper states what it needs; whatever the
release lacks is named at start, not met in the middle of a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from tools.errors import NotOffered
from tools.sap.xmltext import local, read_xml


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity type."""

    name: str
    type: str
    nullable: bool
    max_length: int | None


@dataclass(frozen=True, slots=True)
class EntityType:
    """One kind of row. ``ways`` lead from a navigation property to the type it reaches."""

    name: str
    keys: tuple[str, ...]
    properties: Mapping[str, Property]
    ways: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FunctionImport:
    """One function with the types of its parameters."""

    name: str
    method: str
    parameters: Mapping[str, str]
    returns: str | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a wrapper relies on: per set the properties (and ways), per function the parameters."""

    sets: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    functions: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


@dataclass(frozen=True, slots=True)
class Metadata:
    """A service's description. ``sha256`` is that of the document, to which prompts are bound."""

    sets: Mapping[str, EntityType]
    functions: Mapping[str, FunctionImport]
    sha256: str

    def missing(self, needs: Needs) -> list[str]:
        """Name what the service lacks, most general first: a missing set hides its properties."""
        lacks: list[str] = []
        for name, wanted in needs.sets.items():
            kind = self.sets.get(name)
            if kind is None:
                lacks.append(f"entity set {name}")
            else:
                have = kind.properties.keys() | kind.ways.keys()
                lacks += [f"{name}.{each}" for each in sorted(wanted - have)]
        for name, wanted in needs.functions.items():
            function = self.functions.get(name)
            if function is None:
                lacks.append(f"function import {name}")
            else:
                absent = sorted(wanted - function.parameters.keys())
                lacks += [f"parameter {each} of {name}" for each in absent]
        return lacks

    def require(self, system: str, service: str, needs: Needs) -> None:
        """Make sure that nothing is missing.

        Raises:
            NotOffered: Something is; it is named.
        """
        if lacks := self.missing(needs):
            raise NotOffered(system, f"in {service}: {', '.join(lacks)}")


def parse_metadata(document: bytes) -> Metadata:
    """Read an EDMX document of any OData V2 dialect.

    Raises:
        ValueError: It is not EDMX, or declares a document type.
    """
    root = read_xml(document)
    if local(root) != "Edmx":
        raise ValueError(f"<{local(root)}> where <Edmx> is expected")
    found = [element for element in root.iter() if local(element) == "Schema"]
    ends = _association_ends(found)
    types = {
        f"{schema.get('Namespace')}.{element.get('Name')}": _entity_type(element, ends)
        for schema in found
        for element in _children(schema, "EntityType")
    }
    containers = [each for schema in found for each in _children(schema, "EntityContainer")]
    sets = {
        element.get("Name", ""): types[element.get("EntityType", "")]
        for container in containers
        for element in _children(container, "EntitySet")
        if element.get("EntityType") in types
    }
    functions = {
        element.get("Name", ""): _function(element)
        for container in containers
        for element in _children(container, "FunctionImport")
    }
    return Metadata(sets, functions, hashlib.sha256(document).hexdigest())


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local(child) == name]


def _attribute(element: Element, name: str) -> str | None:
    """Return an attribute whatever its namespace: ``m:HttpMethod`` is found as ``HttpMethod``."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


def _association_ends(schemas: list[Element]) -> dict[tuple[str, str], str]:
    return {
        (f"{schema.get('Namespace')}.{association.get('Name')}", end.get("Role", "")): end.get(
            "Type", ""
        )
        for schema in schemas
        for association in _children(schema, "Association")
        for end in _children(association, "End")
    }


def _entity_type(element: Element, ends: Mapping[tuple[str, str], str]) -> EntityType:
    properties = [_property(child) for child in _children(element, "Property")]
    keys = [ref.get("Name", "") for key in _children(element, "Key") for ref in key]
    ways = {
        way.get("Name", ""): ends.get((way.get("Relationship", ""), way.get("ToRole", "")), "")
        for way in _children(element, "NavigationProperty")
    }
    return EntityType(
        name=element.get("Name", ""),
        keys=tuple(keys),
        properties={each.name: each for each in properties},
        ways=ways,
    )


def _property(element: Element) -> Property:
    length = element.get("MaxLength", "")
    return Property(
        name=element.get("Name", ""),
        type=element.get("Type", ""),
        nullable=element.get("Nullable", "true") != "false",
        max_length=int(length) if length.isdecimal() else None,
    )


def _function(element: Element) -> FunctionImport:
    return FunctionImport(
        name=element.get("Name", ""),
        method=(_attribute(element, "HttpMethod") or "GET").upper(),
        parameters={
            each.get("Name", ""): each.get("Type", "") for each in _children(element, "Parameter")
        },
        returns=element.get("ReturnType"),
    )

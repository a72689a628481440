"""The entity data model of a service: what Gateway publishes in ``$metadata``.

Thirty properties stay readable as a few lines, one line for each type::

    PRODUCT = entity_type(
        "A_ProductType",
        "Product",
        '''
        String(40): Product
        String(4): ProductType ProductGroup
        Decimal(13,3): GrossWeight
        DateTime: CreationDate
        ''',
        to_many("to_Plant", "A_ProductPlant", "Product"),
    )

A name followed by ``!`` may not be null; keys never may. Values in Python: String, Guid are ``str``
(a Guid in small letters), Decimal ``Decimal``, Double ``float``, integers ``int``, Boolean
``bool``, DateTime and DateTimeOffset an aware UTC ``datetime`` (naive ones are taken as UTC), Time
a ``timedelta``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

Value = str | Decimal | float | int | bool | object | None


class EdmType(StrEnum):
    """The primitive types an OData V2 service of SAP uses."""

    STRING = "Edm.String"
    DECIMAL = "Edm.Decimal"
    DATE_TIME = "Edm.DateTime"
    DATE_TIME_OFFSET = "Edm.DateTimeOffset"
    TIME = "Edm.Time"
    BOOLEAN = "Edm.Boolean"
    GUID = "Edm.Guid"
    BYTE = "Edm.Byte"
    INT16 = "Edm.Int16"
    INT32 = "Edm.Int32"
    INT64 = "Edm.Int64"
    DOUBLE = "Edm.Double"


INTEGERS = {
    EdmType.BYTE: (0, 255),
    EdmType.INT16: (-(2**15), 2**15 - 1),
    EdmType.INT32: (-(2**31), 2**31 - 1),
    EdmType.INT64: (-(2**63), 2**63 - 1),
}

_INITIAL: dict[EdmType, Value] = {
    EdmType.STRING: "",
    EdmType.DECIMAL: Decimal(0),
    EdmType.TIME: timedelta(),
    EdmType.BOOLEAN: False,
    EdmType.BYTE: 0,
    EdmType.INT16: 0,
    EdmType.INT32: 0,
    EdmType.INT64: 0,
    EdmType.DOUBLE: 0.0,
}


@dataclass(frozen=True)
class Property:
    """One property, or one parameter of a function."""

    name: str
    type: EdmType
    nullable: bool = True
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None

    @cached_property
    def initial(self) -> Value:
        """What a row that says nothing holds, as in SAP: empty, zero, no date."""
        return _INITIAL.get(self.type)


@dataclass(frozen=True)
class Navigation:
    """A way from one entity to others; ``join`` pairs own properties with the target's."""

    name: str
    target: str
    many: bool
    join: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class EntityType:
    """What an entity has. ``etag`` names the property whose value is its ETag.

    A type equals itself alone, so that what was worked out of it is found again at once.
    """

    name: str
    key: tuple[str, ...]
    properties: tuple[Property, ...]
    navigation: tuple[Navigation, ...] = ()
    etag: str | None = None

    @cached_property
    def by_name(self) -> dict[str, Property]:
        """The properties by name."""
        return {prop.name: prop for prop in self.properties}

    @cached_property
    def ways(self) -> dict[str, Navigation]:
        """The navigation properties by name."""
        return {way.name: way for way in self.navigation}


@dataclass(frozen=True, eq=False)
class ComplexType:
    """What a function returns when it returns no entity."""

    name: str
    properties: tuple[Property, ...]


_LINE = re.compile(r"(\w+)(?:\((\d+)(?:,(\d+))?\))?:\s*(.*)")


def properties(text: str) -> tuple[Property, ...]:
    """Read properties written one type to a line, as this module's page shows."""
    found: list[Property] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{line!r} is no line of properties: 'Type(size): Name Name!'")
        kind, size, scale, names = match.groups()
        found += [
            _property(name, EdmType(f"Edm.{kind}"), _number(size), _number(scale))
            for name in names.split()
        ]
    twice = {prop.name for prop in found if sum(p.name == prop.name for p in found) > 1}
    if twice:
        raise ValueError(f"named twice: {sorted(twice)}")
    return tuple(found)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _property(name: str, kind: EdmType, size: int | None, scale: int | None) -> Property:
    nullable = not name.endswith("!")
    name = name.removesuffix("!")
    if kind is EdmType.DECIMAL:
        return Property(name, kind, nullable, precision=size, scale=scale or 0)
    if kind in {EdmType.DATE_TIME, EdmType.DATE_TIME_OFFSET, EdmType.TIME}:
        return Property(name, kind, nullable, precision=size or 0)
    return Property(name, kind, nullable, max_length=size)


def entity_type(
    name: str, key: str, text: str, *navigation: Navigation, etag: str | None = None
) -> EntityType:
    """Describe an entity.

    Args:
        name: Its type's name, such as ``A_ProductType``.
        key: Its key properties, separated by blanks.
        text: All its properties, keys included, as this module's page shows.
        navigation: Its ways to other entities.
        etag: The property whose value is its ETag; writing then requires If-Match.
    """
    keys = tuple(key.split())
    named = properties(text)
    missing = {*keys, *filter(None, [etag])} - {prop.name for prop in named}
    if missing:
        raise ValueError(f"{name} has no property {sorted(missing)}")
    held = tuple(replace(prop, nullable=False) if prop.name in keys else prop for prop in named)
    return EntityType(name, keys, held, navigation, etag)


def complex_type(name: str, text: str) -> ComplexType:
    """Describe what a function returns."""
    return ComplexType(name, properties(text))


def to_many(name: str, target: str, on: str) -> Navigation:
    """Lead to many entities of a set; ``on`` is ``Own=Theirs Same ...``."""
    return Navigation(name, target, True, _join(on))


def to_one(name: str, target: str, on: str) -> Navigation:
    """Lead to at most one entity of a set; ``on`` is ``Own=Theirs Same ...``."""
    return Navigation(name, target, False, _join(on))


def _join(on: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in on.split())
    return tuple((own, theirs or own) for own, _, theirs in pairs)


FUNCTION_MESSAGE = complex_type(
    "FunctionMessage",
    """
    String(1): SystemMessageType
    String(20): SystemMessageIdentification
    String(3): SystemMessageNumber
    String(220): SystemMessageLongText
    String(50): SystemMessageVariable1 SystemMessageVariable2
    String(50): SystemMessageVariable3 SystemMessageVariable4
    """,
)

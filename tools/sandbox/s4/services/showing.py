"""From the state's rows to a service's entities, the same way for every set.

Units are kept by SAP's internal code (``ST``) and shown as a system logged on in English shows them
(``PC``), with their internal and ISO codes beside them where the entity has properties for these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from tools.objects.identifiers import normal
from tools.sandbox.odata.edm import EdmType, EntityType, Property
from tools.sandbox.odata.service import EntitySet
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.rules.measures import iso, spoken
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

_UNIT = re.compile(r"\w*(?:Unit|UnitOfMeasure|Unit\d|_unit|_uom)")
_UNIT_LENGTH = 3

Source = Callable[[S4], Iterable[Row]]


def view(name: str, type_: EntityType, source: Source) -> EntitySet:
    """Return a read-only set over rows of the state; ``dataclasses.replace`` adds handlers."""

    def rows(world: World) -> Iterable[Row]:
        return (shown(type_.properties, row) for row in source(world.s4))

    def find(world: World, values: Mapping[str, Any]) -> Iterable[Row]:
        plain = {key: value for key, value in values.items() if key not in _shown_units(type_)}
        return (
            shown(type_.properties, row)
            for row in source(world.s4)
            if all(_holds(type_, row, key, value) for key, value in plain.items())
        )

    def get(world: World, key: Mapping[str, Any]) -> Row | None:
        units = _shown_units(type_)
        wanted = {name: _normal(value) for name, value in key.items()}
        for row in source(world.s4):
            if all(_normal(row.get(n, "")) == v for n, v in wanted.items() if n not in units):
                entity = shown(type_.properties, row)
                if all(entity.get(n) == key[n] for n in key if n in units):
                    return entity
        return None

    return EntitySet(name=name, type=type_, rows=rows, find=find, get=get)


def shown(properties: tuple[Property, ...], row: Mapping[str, Any]) -> Row:
    """Return what of a row these properties show, units spelled out."""
    result = {prop.name: row[prop.name] for prop in properties if prop.name in row}
    for unit, iso_name, sap_name in _units(properties):
        code = row.get(unit, "")
        if code:
            result[unit] = spoken(code)
            if iso_name:
                result[iso_name] = iso(code)
            if sap_name:
                result[sap_name] = code
    return result


@cache
def _units(properties: tuple[Property, ...]) -> tuple[tuple[str, str, str], ...]:
    """Return each unit property with its ISO and SAP companions, empty where it has none."""
    names = {prop.name for prop in properties}
    found: list[tuple[str, str, str]] = []
    for prop in properties:
        is_text = prop.type is EdmType.STRING and prop.max_length == _UNIT_LENGTH
        if is_text and _UNIT.fullmatch(prop.name):
            stem = prop.name.removeprefix("Op")
            companions = (f"{stem}{end}" for end in ("ISOCode", "SAPCode"))
            iso_name, sap_name = (name if name in names else "" for name in companions)
            found.append((prop.name, iso_name, sap_name))
    return tuple(found)


@cache
def _shown_units(type_: EntityType) -> frozenset[str]:
    return frozenset(name for names in _units(type_.properties) for name in names if name)


def _holds(type_: EntityType, row: Row, key: str, value: Any) -> bool:
    held = row.get(key, type_.by_name[key].initial)
    return held == value


def _normal(value: Any) -> Any:
    return normal(value) if isinstance(value, str) else value

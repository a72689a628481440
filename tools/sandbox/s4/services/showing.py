"""From the state's rows to a service's entities, the same way for every set.

Units are kept by SAP's internal code (``ST``) and shown as a system logged on in English shows them
(``PC``), with their internal and ISO codes beside them where the entity has properties for these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import chain
from typing import Any

from tools.objects.identifiers import normal
from tools.sandbox.odata.edm import ComplexType, EdmType, EntityType
from tools.sandbox.odata.predicates import Condition
from tools.sandbox.odata.service import EntitySet
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.rules.measures import iso, spoken
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

_UNIT = re.compile(r"\w*(?:Unit|UnitOfMeasure|Unit\d|_unit|_uom)")
_UNIT_LENGTH = 3

Source = Callable[[S4], Iterable[Row]]
Among = Callable[[S4, Mapping[str, Any]], Iterable[Row]]


def view(name: str, type_: EntityType, source: Source, among: Among | None = None) -> EntitySet:
    """Return a read-only set over rows of the state; ``dataclasses.replace`` adds handlers.

    ``among`` returns rows among which all with some values are, where that saves looking at each.
    """
    units = _shown_units(type_)

    def rows(world: World) -> Iterable[Row]:
        return (shown(type_, row) for row in source(world.s4))

    def find(world: World, values: Mapping[str, Any]) -> Iterable[Row]:
        wanted = [
            (name, type_.by_name[name].initial, value)
            for name, value in values.items()
            if name not in units
        ]
        rows = source(world.s4) if among is None else among(world.s4, values)
        return (shown(type_, row) for row in rows if _holds(row, wanted))

    def passing(world: World, condition: Condition) -> Iterable[Row]:
        rows = source(world.s4) if among is None else _in_any(world.s4, among, condition)
        if condition.names & units:
            return (one for row in rows if condition.test(one := shown(type_, row)))
        return (shown(type_, row) for row in rows if condition.test(row))

    def get(world: World, key: Mapping[str, Any]) -> Row | None:
        plain = [(name, _normal(value)) for name, value in key.items() if name not in units]
        likely = () if among is None else among(world.s4, key)
        for row in chain(likely, source(world.s4)):
            if all(_normal(row.get(name, "")) == value for name, value in plain):
                entity = shown(type_, row)
                if all(entity.get(name) == key[name] for name in key if name in units):
                    return entity
        return None

    return EntitySet(name=name, type=type_, rows=rows, find=find, get=get, passing=passing)


def shown(type_: EntityType | ComplexType, row: Mapping[str, Any]) -> Row:
    """Return what of a row a type shows, units spelled out."""
    result = {name: row[name] for name in _names(type_) if name in row}
    for unit, iso_name, sap_name in _units(type_):
        code = row.get(unit, "")
        if code:
            result[unit] = spoken(code)
            if iso_name:
                result[iso_name] = iso(code)
            if sap_name:
                result[sap_name] = code
    return result


@cache
def _names(type_: EntityType | ComplexType) -> tuple[str, ...]:
    return tuple(prop.name for prop in type_.properties)


@cache
def _units(type_: EntityType | ComplexType) -> tuple[tuple[str, str, str], ...]:
    """Return each unit property with its ISO and SAP companions, empty where it has none."""
    names = set(_names(type_))
    found: list[tuple[str, str, str]] = []
    for prop in type_.properties:
        is_text = prop.type is EdmType.STRING and prop.max_length == _UNIT_LENGTH
        if is_text and _UNIT.fullmatch(prop.name):
            stem = prop.name.removeprefix("Op")
            companions = (f"{stem}{end}" for end in ("ISOCode", "SAPCode"))
            iso_name, sap_name = (name if name in names else "" for name in companions)
            found.append((prop.name, iso_name, sap_name))
    return tuple(found)


@cache
def _shown_units(type_: EntityType) -> frozenset[str]:
    return frozenset(name for names in _units(type_) for name in names if name)


def _holds(row: Row, wanted: Iterable[tuple[str, Any, Any]]) -> bool:
    """Return whether a row has these values; what it leaves out is initial."""
    return all(row.get(name, initial) == value for name, initial, value in wanted)


def _in_any(state: S4, among: Among, condition: Condition) -> Iterable[Row]:
    found = (row for values in condition.either for row in among(state, values))
    return {id(row): row for row in found}.values()


def _normal(value: Any) -> Any:
    return normal(value) if isinstance(value, str) else value

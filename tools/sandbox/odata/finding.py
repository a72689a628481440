"""Finding entities: by key, along navigation properties, and along whole addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.sandbox.odata.edm import Navigation, Property
from tools.sandbox.odata.errors import (
    MALFORMED,
    NOT_FOUND,
    UNKNOWN_RESOURCE,
    SapError,
    wrong,
)
from tools.sandbox.odata.paths import Segment, key_values
from tools.sandbox.odata.predicates import Condition
from tools.sandbox.odata.service import EntitySet, Row, Service
from tools.sandbox.world import World

Joined = tuple[Any, ...]


@dataclass(frozen=True)
class Many:
    """An address of a collection."""

    of: EntitySet
    rows: Iterable[Row]


@dataclass(frozen=True)
class One:
    """An address of one entity, None where a way leads nowhere."""

    of: EntitySet
    row: Row | None


@dataclass(frozen=True)
class Part:
    """An address of one property."""

    prop: Property
    value: Any


Found = Many | One | Part


@dataclass
class Finder:
    """Finds entities of one service in one world, for the length of one request."""

    service: Service
    world: World
    _indexes: dict[tuple[str, ...], dict[Joined, list[Row]]] = field(
        default_factory=dict[tuple[str, ...], dict[Joined, list[Row]]]
    )

    def candidates(self, of: EntitySet, equals: Mapping[str, Any]) -> Iterable[Row]:
        """Return entities among which all with these values are; perhaps others too."""
        key = {name: equals[name] for name in of.type.key if name in equals}
        if of.get is not None and len(key) == len(of.type.key):
            row = of.get(self.world, key)
            return [] if row is None else [row]
        if of.find is not None and equals:
            return of.find(self.world, equals)
        return of.rows(self.world)

    def passing(self, of: EntitySet, condition: Condition) -> list[Row]:
        """Return all of a set that passes a filter."""
        if of.passing is not None:
            return list(of.passing(self.world, condition))
        among = self.candidates(of, condition.equals)
        return [row for row in among if condition.test(row)]

    def by_key(self, of: EntitySet, key: Mapping[str, Any]) -> Row | None:
        """Return the entity with this key; a set's own ``get`` may know it by other spellings."""
        if of.get is not None:
            return of.get(self.world, key)
        return next((row for row in self.candidates(of, key) if _has(of, row, key)), None)

    def along(self, of: EntitySet, row: Row, way: Navigation) -> list[Row]:
        """Return where a navigation property leads from an entity."""
        target = self.service.by_name[way.target]
        values = tuple(value_of(of.type.by_name[own], row) for own, _ in way.join)
        if any(value is None for value in values):
            return []
        theirs = tuple(name for _, name in way.join)
        if target.find is None and not (target.get and set(target.type.key) <= set(theirs)):
            return self._index(target, theirs).get(values, [])
        equals = dict(zip(theirs, values, strict=True))
        return [one for one in self.candidates(target, equals) if _has(target, one, equals)]

    def _index(self, target: EntitySet, names: tuple[str, ...]) -> dict[Joined, list[Row]]:
        cached = (target.name, *names)
        if cached not in self._indexes:
            index: dict[Joined, list[Row]] = {}
            props = [target.type.by_name[name] for name in names]
            for row in target.rows(self.world):
                index.setdefault(tuple(value_of(prop, row) for prop in props), []).append(row)
            self._indexes[cached] = index
        return self._indexes[cached]

    def follow(self, path: list[Segment]) -> Found:
        """Return what an address leads to."""
        first, *rest = path
        if first.name not in self.service.by_name:
            raise no_resource(first.name)
        found: Found = self._of_set(self.service.by_name[first.name], first)
        for segment in rest:
            found = self._step(found, segment)
        return found

    def _of_set(self, of: EntitySet, segment: Segment) -> Found:
        if segment.key is None:
            return Many(of, of.rows(self.world))
        key = key_values(of.type, segment.key)
        row = self.by_key(of, key)
        if row is None:
            raise not_found(of.name, segment.key)
        return One(of, row)

    def _step(self, found: Found, segment: Segment) -> Found:
        if not isinstance(found, One) or found.row is None:
            raise no_resource(segment.name)
        way = found.of.type.ways.get(segment.name)
        if way is None:
            return self._part(found.of, found.row, segment)
        target = self.service.by_name[way.target]
        rows = self.along(found.of, found.row, way)
        if not way.many:
            if segment.key is not None:
                raise wrong(MALFORMED, f"'{segment.name}' leads to one entity and takes no key")
            return One(target, rows[0] if rows else None)
        if segment.key is None:
            return Many(target, rows)
        key = key_values(target.type, segment.key)
        row = next((row for row in rows if _has(target, row, key)), None)
        if row is None:
            raise not_found(target.name, segment.key)
        return One(target, row)

    def _part(self, of: EntitySet, row: Row, segment: Segment) -> Found:
        prop = of.type.by_name.get(segment.name)
        if prop is None or segment.key is not None:
            raise no_resource(segment.name)
        return Part(prop, value_of(prop, row))


def value_of(prop: Property, row: Row) -> Any:
    """Return what a row holds; what it leaves out is initial."""
    return row.get(prop.name, prop.initial)


def _has(of: EntitySet, row: Row, values: Mapping[str, Any]) -> bool:
    by_name = of.type.by_name
    return all(value_of(by_name[name], row) == value for name, value in values.items())


def no_resource(name: str) -> SapError:
    """Return the refusal of an address that this service does not have."""
    return SapError(404, UNKNOWN_RESOURCE, f"Resource not found for segment '{name[:80]}'")


def not_found(name: str, key: str) -> SapError:
    """Return the refusal of a key that no entity has."""
    return SapError(404, NOT_FOUND, f"'{name}({key[:120]})' does not exist")

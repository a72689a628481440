"""System query options: ``$filter``, ``$select``, ``$expand``, ``$orderby``, ``$top`` and so on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.sandbox.odata.edm import EntityType, Property
from tools.sandbox.odata.errors import (
    MALFORMED,
    NOT_ACCEPTABLE,
    UNKNOWN_PROPERTY,
    SapError,
    wrong,
)
from tools.sandbox.odata.predicates import Condition, condition
from tools.sandbox.odata.service import Service

DEEPEST = 6
KNOWN = frozenset(
    ["filter", "select", "expand", "orderby", "top", "skip", "skiptoken", "inlinecount", "format"]
)


@dataclass
class Shape:
    """What an answer shows of an entity: which properties, and what of what is expanded.

    Args:
        entity: The entity's type.
        names: The properties and ways that were selected, None for all.
        below: The shapes of the ways that are expanded.
    """

    entity: EntityType
    names: set[str] | None = None
    below: dict[str, Shape] = field(default_factory=dict[str, "Shape"])

    def shown(self) -> tuple[Property, ...]:
        """Return the properties to be shown."""
        if self.names is None:
            return self.entity.properties
        return tuple(prop for prop in self.entity.properties if prop.name in self.names)

    def shows_way(self, name: str) -> bool:
        """Tell whether a way is shown, expanded or deferred."""
        return self.names is None or name in self.names


@dataclass(frozen=True)
class Options:
    """The system query options of one request."""

    values: dict[str, str]

    @property
    def skiptoken(self) -> int:
        """Where the page begins."""
        return self._count("skiptoken", 0)

    @property
    def skip(self) -> int:
        """How many entities are left out first."""
        return self._count("skip", 0)

    @property
    def top(self) -> int | None:
        """How many entities are wanted at most."""
        return self._count("top", 0) if "top" in self.values else None

    @property
    def counted(self) -> bool:
        """Whether the number of all entities is wanted."""
        wanted = self.values.get("inlinecount", "none")
        if wanted not in {"allpages", "none"}:
            raise wrong(MALFORMED, f"Invalid value {wanted[:40]!r} for $inlinecount")
        return wanted == "allpages"

    def condition(self, entity: EntityType) -> Condition | None:
        """Return the filter."""
        text = self.values.get("filter")
        return None if text is None else condition(entity, text)

    def order(self, entity: EntityType) -> list[tuple[Property, bool]]:
        """Return the properties to sort by, and whether downwards."""
        text = self.values.get("orderby")
        return [] if text is None else [_ordering(entity, part) for part in text.split(",")]

    def shape(self, service: Service, entity: EntityType) -> Shape:
        """Return what of the entity is shown."""
        shape = Shape(entity)
        for path in _paths(self.values.get("expand")):
            _expand(service, shape, path)
        selected = list(_paths(self.values.get("select")))
        for path in selected:
            _select(shape, path)
        return shape

    def _count(self, name: str, default: int) -> int:
        text = self.values.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            raise wrong(MALFORMED, f"Invalid value {text[:40]!r} for ${name}")
        return int(text)


def options(parameters: Iterable[tuple[str, str]]) -> Options:
    """Sort out the system query options; unknown and repeated ones are refused."""
    values: dict[str, str] = {}
    for name, value in parameters:
        if not name.startswith("$"):
            continue
        if name[1:] not in KNOWN:
            raise wrong(MALFORMED, f"Unknown system query option '{name[:40]}'")
        if name[1:] in values:
            raise wrong(MALFORMED, f"System query option '{name}' occurs twice")
        values[name[1:]] = value
    if (wanted := values.get("format", "json")) != "json":
        raise SapError(415, NOT_ACCEPTABLE, f"The format {wanted[:40]!r} is not supported")
    return Options(values)


def _paths(text: str | None) -> Iterable[list[str]]:
    if text is None:
        return
    for part in text.split(","):
        path = part.strip().split("/")
        if not all(path) or len(path) > DEEPEST:
            raise wrong(MALFORMED, f"Invalid path {part[:80]!r}")
        yield path


def _ordering(entity: EntityType, part: str) -> tuple[Property, bool]:
    words = part.split()
    direction = words[1] if len(words) == 2 else "asc"
    if not words or len(words) > 2 or direction not in {"asc", "desc"}:
        raise wrong(MALFORMED, f"Invalid $orderby {part[:80]!r}")
    prop = entity.by_name.get(words[0])
    if prop is None:
        raise _unknown(entity, words[0])
    return prop, direction == "desc"


def _expand(service: Service, shape: Shape, path: list[str]) -> None:
    for name in path:
        way = shape.entity.ways.get(name)
        if way is None:
            raise _unknown(shape.entity, name)
        shape = shape.below.setdefault(name, Shape(service.by_name[way.target].type))


def _select(shape: Shape, path: list[str]) -> None:
    name, *rest = path
    if shape.names is None:
        shape.names = set()
    if name == "*":
        shape.names |= set(shape.entity.by_name) | set(shape.entity.ways)
    elif name in shape.entity.by_name and not rest:
        shape.names.add(name)
    elif name in shape.entity.ways:
        shape.names.add(name)
        if rest and name in shape.below:
            _select(shape.below[name], rest)
        elif rest:
            raise wrong(MALFORMED, f"'{'/'.join(path)}' is selected but not expanded")
    else:
        raise _unknown(shape.entity, name)


def _unknown(entity: EntityType, name: str) -> SapError:
    return wrong(UNKNOWN_PROPERTY, f"Property '{name[:80]}' not found in type '{entity.name}'")

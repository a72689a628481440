"""Entities as OData V2 shows them in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tools.sandbox.odata.edm import ComplexType, EntityType
from tools.sandbox.odata.finding import Finder, value_of
from tools.sandbox.odata.jsonvalues import written
from tools.sandbox.odata.literals import spelled
from tools.sandbox.odata.options import Shape
from tools.sandbox.odata.service import EntitySet, Row

Json = dict[str, Any]


def etag_of(entity: EntityType, row: Row) -> str | None:
    """Return an entity's ETag, None where its type has none."""
    if entity.etag is None:
        return None
    prop = entity.by_name[entity.etag]
    return f'W/"{spelled(prop, value_of(prop, row))}"'


def key_of(entity: EntityType, row: Row) -> str:
    """Return an entity's key as it stands in parentheses, percent-encoded."""
    props = [entity.by_name[name] for name in entity.key]
    spelt = [quote(spelled(prop, value_of(prop, row)), safe="'") for prop in props]
    if len(props) == 1:
        return spelt[0]
    return ",".join(f"{prop.name}={text}" for prop, text in zip(props, spelt, strict=True))


def plain_key(entity: EntityType, row: Row) -> str:
    """Return an entity's key as people write it: the values with strokes between."""
    return "/".join(str(value_of(entity.by_name[name], row)) for name in entity.key)


@dataclass(frozen=True)
class Renderer:
    """Writes entities of one service; ``root`` is its absolute address."""

    finder: Finder
    root: str

    def entities(self, of: EntitySet, rows: Iterable[Row], shape: Shape) -> list[Json]:
        """Write several entities."""
        return [self.entity(of, row, shape) for row in rows]

    def entity(self, of: EntitySet, row: Row, shape: Shape) -> Json:
        """Write one entity with what is expanded below it."""
        uri = self.address(of, row)
        said: Json = {"__metadata": self._metadata(of, row, uri)}
        for prop in shape.shown():
            said[prop.name] = written(prop, row.get(prop.name, prop.initial))
        for way in of.type.navigation:
            below = shape.below.get(way.name)
            if not shape.shows_way(way.name):
                continue
            if below is None:
                said[way.name] = {"__deferred": {"uri": f"{uri}/{way.name}"}}
                continue
            target = self.finder.service.by_name[way.target]
            rows = self.entities(target, self.finder.along(of, row, way), below)
            said[way.name] = {"results": rows} if way.many else next(iter(rows), None)
        return said

    def complex(self, kind: ComplexType, row: Row) -> Json:
        """Write what a function returns when it returns no entity."""
        said: Json = {"__metadata": {"type": f"{self.finder.service.schema}.{kind.name}"}}
        for prop in kind.properties:
            said[prop.name] = written(prop, value_of(prop, row))
        return said

    def address(self, of: EntitySet, row: Row) -> str:
        """Return an entity's own address."""
        return f"{self.root}/{of.name}({key_of(of.type, row)})"

    def _metadata(self, of: EntitySet, row: Row, uri: str) -> Json:
        said = {"id": uri, "uri": uri, "type": f"{self.finder.service.schema}.{of.type.name}"}
        etag = etag_of(of.type, row)
        return said if etag is None else said | {"etag": etag}

"""Answers to GET: collections with their pages, entities, properties, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import quote

from tools.sandbox.odata.answers import Answer
from tools.sandbox.odata.edm import Property
from tools.sandbox.odata.errors import MALFORMED, wrong
from tools.sandbox.odata.finding import Finder, Many, One, Part, no_resource, value_of
from tools.sandbox.odata.jsonvalues import written
from tools.sandbox.odata.options import Options, options
from tools.sandbox.odata.paths import Segment
from tools.sandbox.odata.rendering import Renderer, etag_of
from tools.sandbox.odata.service import EntitySet, Row

NOTHING = Answer(204)


@dataclass(frozen=True)
class Reading:
    """One GET.

    Args:
        renderer: Writes entities.
        path: The address below the service.
        here: The address as it was sent, for links to the next page.
        parameters: The decoded query.
        if_none_match: The ETag the client has already.
    """

    renderer: Renderer
    path: list[Segment]
    here: str
    parameters: list[tuple[str, str]]
    if_none_match: str | None = None

    @property
    def finder(self) -> Finder:
        """Finds the entities."""
        return self.renderer.finder

    def answer(self) -> Answer:
        """Return what the address leads to."""
        chosen = options(self.parameters)
        if self.path[-1].name == "$count":
            return self._count(chosen)
        if self.path[-1].name == "$value":
            return self._raw()
        found = self.finder.follow(self.path)
        match found:
            case Many(of, rows):
                return self.collection(of, self._narrowed(found, chosen, rows), chosen)
            case One(of, row):
                return self._entity(of, row, chosen)
            case Part(prop, value):
                return Answer(200, {"d": {prop.name: written(prop, value)}})
            case _:
                assert_never(found)

    def _narrowed(self, found: Many, chosen: Options, rows: Iterable[Row]) -> Iterable[Row]:
        """Ask for fewer entities where the filter allows it; only whole sets can be asked."""
        condition = chosen.condition(found.of.type)
        if condition is None:
            return rows
        if len(self.path) == 1:
            return self.finder.passing(found.of, condition)
        return [row for row in rows if condition.test(row)]

    def collection(self, of: EntitySet, rows: Iterable[Row], chosen: Options) -> Answer:
        """Answer with a page of entities that passed the filter."""
        shape = chosen.shape(self.finder.service, of.type)
        ordered = _ordered(list(rows), chosen.order(of.type))
        body: dict[str, Any] = {}
        if chosen.counted:
            body["__count"] = str(len(ordered))
        top = chosen.top
        wanted = ordered[chosen.skip :] if top is None else ordered[chosen.skip :][:top]
        start, end = chosen.skiptoken, chosen.skiptoken + of.page_size
        body["results"] = self.renderer.entities(of, wanted[start:end], shape)
        if end < len(wanted):
            body["__next"] = self._next(end)
        return Answer(200, {"d": body})

    def _next(self, token: int) -> str:
        kept = [(name, value) for name, value in self.parameters if name != "$skiptoken"]
        query = "&".join(
            f"{quote(name, safe='$')}={quote(value, safe='')}"
            for name, value in [*kept, ("$skiptoken", str(token))]
        )
        return f"{self.here}?{query}"

    def _entity(self, of: EntitySet, row: Row | None, chosen: Options) -> Answer:
        if row is None:
            return NOTHING
        etag = etag_of(of.type, row)
        if etag is not None and etag == self.if_none_match:
            return Answer(304, etag=etag)
        shape = chosen.shape(self.finder.service, of.type)
        return Answer(200, {"d": self.renderer.entity(of, row, shape)}, etag=etag)

    def _count(self, chosen: Options) -> Answer:
        found = self.finder.follow(self.path[:-1]) if len(self.path) > 1 else None
        match found:
            case Many(_, rows):
                return Answer(200, text=str(len(list(self._narrowed(found, chosen, rows)))))
            case One():
                return Answer(200, text="1")
            case _:
                raise no_resource("$count")

    def _raw(self) -> Answer:
        found = self.finder.follow(self.path[:-1]) if len(self.path) > 1 else None
        if not isinstance(found, Part):
            raise wrong(MALFORMED, "$value stands after a property")
        if found.value is None:
            return NOTHING
        return Answer(200, text=str(written(found.prop, found.value)))


def _ordered(rows: list[Row], order: list[tuple[Property, bool]]) -> list[Row]:
    for prop, downwards in reversed(order):
        rows = sorted(rows, key=lambda row: _rank(prop, row), reverse=downwards)
    return rows


def _rank(prop: Property, row: Row) -> tuple[bool, Any]:
    value = value_of(prop, row)
    return (value is not None, value)

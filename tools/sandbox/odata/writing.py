"""Answers to POST, PATCH, MERGE, PUT and DELETE of entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tools.sandbox.journal import Write
from tools.sandbox.odata.answers import Answer
from tools.sandbox.odata.bodies import payload
from tools.sandbox.odata.errors import (
    NOT_OFFERED,
    PRECONDITION_FAILED,
    PRECONDITION_REQUIRED,
    WRONG_VALUE,
    SapError,
    wrong,
)
from tools.sandbox.odata.finding import Finder, Many, One, no_resource, value_of
from tools.sandbox.odata.options import Shape
from tools.sandbox.odata.paths import Segment
from tools.sandbox.odata.rendering import etag_of, plain_key
from tools.sandbox.odata.service import EntitySet, Payload, Reply, Row
from tools.sandbox.odata.visit import Ask, Visit


def not_offered(method: str, name: str) -> SapError:
    """Return the refusal of a method that a resource does not have."""
    return SapError(405, NOT_OFFERED, f"Method {method} is not offered by '{name}'")


@dataclass(frozen=True)
class Writing:
    """One write to an entity or a set."""

    visit: Visit
    ask: Ask
    path: list[Segment]

    def answer(self) -> Answer:
        """Carry the write out; it is journaled whether it succeeds or not."""
        finder = Finder(self.visit.service, self.visit.world)
        found = finder.follow(self.path)
        match found, self.ask.method:
            case Many(of, _), "POST":
                return self._create(of, self._joined(finder))
            case One(of, row), "PATCH" | "MERGE" | "PUT" if row is not None:
                return self._update(of, row)
            case One(of, row), "DELETE" if row is not None:
                return self._delete(of, row)
            case ((Many(of, _) | One(of, _)), method):
                raise not_offered(method, of.name)
            case _:
                raise no_resource(self.path[-1].name)

    def _joined(self, finder: Finder) -> Payload:
        """Return what a new entity below another takes over from it."""
        if len(self.path) == 1:
            return {}
        parent = finder.follow(self.path[:-1])
        if not isinstance(parent, One) or parent.row is None:
            raise no_resource(self.path[-1].name)
        props = parent.of.type.by_name
        way = parent.of.type.ways[self.path[-1].name]
        return {theirs: value_of(props[own], parent.row) for own, theirs in way.join}

    def _create(self, of: EntitySet, joined: Payload) -> Answer:
        create = of.create
        if create is None:
            raise not_offered("POST", of.name)
        sent: Payload = {}
        try:
            sent = joined | payload(self.visit.service, of, self.ask)
            reply = self.visit.run(lambda: create(self.visit.world, dict(sent)))
        except SapError:
            self._record("create", of, sent, reference=sent, committed=False)
            raise
        row: Row = reply.result
        self._record("create", of, row, reference=sent, committed=True)
        return self._created(of, row, reply, sent)

    def _created(self, of: EntitySet, row: Row, reply: Reply, sent: Payload) -> Answer:
        renderer = self.visit.renderer()
        shape = Shape(of.type)
        for way in of.type.navigation:
            if way.name in sent:
                shape.below[way.name] = Shape(self.visit.service.by_name[way.target].type)
        return Answer(
            201,
            {"d": renderer.entity(of, row, shape)},
            etag=etag_of(of.type, row),
            location=renderer.address(of, row),
            messages=tuple(reply.messages),
        )

    def _update(self, of: EntitySet, row: Row) -> Answer:
        update = of.update
        if update is None:
            raise not_offered(self.ask.method, of.name)
        try:
            check_etag(of, row, self.ask.headers.get("if-match"))
            changes = self._changes(of, row)
            reply = self.visit.run(lambda: update(self.visit.world, row, changes))
        except SapError:
            self._record("update", of, row, reference=row, committed=False)
            raise
        changed: Row = reply.result
        self._record("update", of, changed, reference=changed, committed=True)
        return Answer(204, etag=etag_of(of.type, changed), messages=tuple(reply.messages))

    def _changes(self, of: EntitySet, row: Row) -> Payload:
        changes = payload(self.visit.service, of, self.ask)
        for name in of.type.key:
            if changes.pop(name, row[name]) != row[name]:
                raise wrong(WRONG_VALUE, f"Property '{name}' is a key and cannot be changed")
        if self.ask.method == "PUT":
            free = [prop for prop in of.type.properties if prop.name not in of.type.key]
            kept: dict[str, Any] = {prop.name: prop.initial for prop in free}
            kept.pop(of.type.etag or "", None)
            changes = kept | changes
        return changes

    def _delete(self, of: EntitySet, row: Row) -> Answer:
        delete = of.delete
        if delete is None:
            raise not_offered("DELETE", of.name)
        try:
            check_etag(of, row, self.ask.headers.get("if-match"))
            self.visit.run(lambda: delete(self.visit.world, row))
        except SapError:
            self._record("delete", of, row, reference=row, committed=False)
            raise
        self._record("delete", of, row, reference=row, committed=True)
        return Answer(204)

    def _record(
        self, done: str, of: EntitySet, row: Row, *, reference: Row, committed: bool
    ) -> None:
        mark = reference.get(of.reference) if of.reference else None
        key = plain_key(of.type, row)
        self.visit.record(
            Write(
                operation=f"{done} {of.name}",
                object=key,
                reference=str(mark) if mark else None,
                document=key if committed else None,
                committed=committed,
            )
        )


def check_etag(of: EntitySet, row: Row, sent: str | None) -> None:
    """Require If-Match where the entity has an ETag, and refuse one that is out of date."""
    etag = etag_of(of.type, row)
    if etag is None:
        return
    if sent is None:
        raise precondition_required()
    if sent not in {"*", etag}:
        raise SapError(412, PRECONDITION_FAILED, _CHANGED)


def precondition_required() -> SapError:
    """Return the refusal of a write without If-Match."""
    return SapError(428, PRECONDITION_REQUIRED, _REQUIRED)


_REQUIRED = {"en": "Precondition required", "de": "Vorbedingung erforderlich"}
_CHANGED = {
    "en": "State of the resource (entity) was already changed (If-Match)",
    "de": "Der Zustand der Ressource (Entität) wurde bereits geändert (If-Match)",
}

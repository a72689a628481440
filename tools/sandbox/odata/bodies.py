"""What a client sends to be created or changed."""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeGuard

from tools.sandbox.odata.edm import EntityType, Navigation
from tools.sandbox.odata.errors import MALFORMED, NOT_OFFERED, SapError, wrong
from tools.sandbox.odata.jsonvalues import body_values
from tools.sandbox.odata.service import EntitySet, Payload, Service
from tools.sandbox.odata.visit import Ask

DEEPEST = 5


def payload(service: Service, of: EntitySet, ask: Ask) -> Payload:
    """Read the body for an entity of a set, with what is to be created below it."""
    body = _json(ask)
    if _is_object(body) and set(body) == {"d"}:
        body = body["d"]
    return _Reader(service, of).entity(of.type, body, 0)


def _json(ask: Ask) -> Any:
    kind = ask.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise SapError(415, MALFORMED, f"The content type {kind[:80]!r} is not supported")
    try:
        return json.loads(ask.body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise wrong(MALFORMED, "The body is not JSON") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


class _Reader:
    """Reads one body, as deep as it goes."""

    def __init__(self, service: Service, of: EntitySet) -> None:
        self._service = service
        self._of = of

    def entity(self, entity: EntityType, body: Any, depth: int) -> Payload:
        if not _is_object(body):
            raise wrong(MALFORMED, f"A JSON object is expected for '{entity.name}'")
        if depth > DEEPEST:
            raise wrong(MALFORMED, f"A deep insert is at most {DEEPEST} deep")

        def below(way: Navigation, value: Any) -> Any:
            return self._below(way, value, depth)

        return body_values(entity, body, below)

    def _below(self, way: Navigation, value: Any, depth: int) -> Any:
        allowed = self._of.creatable_below
        if depth == 0 and allowed is not None and way.name not in allowed:
            raise wrong(NOT_OFFERED, f"'{way.name}' cannot be created along with '{self._of.name}'")
        target = self._service.by_name[way.target].type
        if not way.many:
            return None if value is None else self.entity(target, value, depth + 1)
        rows = value.get("results") if _is_object(value) else value
        if not _is_list(rows):
            raise wrong(MALFORMED, f"A list is expected for '{way.name}'")
        return [self.entity(target, row, depth + 1) for row in rows]

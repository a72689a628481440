"""The site's scripts: a request in, an answer out, the state changed wholly or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from tools.sandbox.ignition import (
    audit,
    confirmations,
    consumption,
    holds,
    messages,
    orders,
    reads,
    tasks,
    wire,
)
from tools.sandbox.ignition.bodies import Body, understood
from tools.sandbox.ignition.refusal import Refused, conflict, wrong
from tools.sandbox.ignition.state import IgnitionState, Record, Written
from tools.sandbox.ignition.wire import Json, Row
from tools.sandbox.ignition.write import Call, Done, Write

WRITES: Mapping[str, Mapping[str, Write[Any]]] = {
    "orders": orders.WRITES,
    "confirmations": confirmations.WRITES,
    "consumption": consumption.WRITES,
    "holds": holds.WRITES,
    "tasks": tasks.WRITES,
    "messages": messages.WRITES,
    "audit": audit.WRITES,
}
_LONGEST_PAGE, _USUAL_PAGE = 500, 200


@dataclass(frozen=True)
class Request:
    """What reached the gateway; ``path`` is what follows ``concord/``."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    version: str | None = None
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What goes back. ``done`` and ``reference`` say which write was carried out, if one was."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    done: Done | None = None
    reference: str | None = None


def answer(state: IgnitionState, request: Request, project: str, now: datetime) -> Answer:
    """Answer a request; what the site refuses changes nothing."""
    try:
        return _answer(state, request, project, now)
    except Refused as refusal:
        return Answer(refusal.status, refusal.body())


def _answer(state: IgnitionState, request: Request, project: str, now: datetime) -> Answer:
    resource, _, verb = request.path.strip("/").partition("/")
    if resource != "info" and resource not in reads.READS:
        raise Refused(
            HTTPStatus.NOT_FOUND, "unknown_resource", f"there is no resource {resource or '/'}"
        )
    match request.method:
        case "GET" if not verb:
            if resource == "info":
                return Answer(HTTPStatus.OK, reads.info(state, project, now))
            return _read(state, resource, request.query)
        case "POST" if verb in WRITES.get(resource, {}):
            _no_parameters(request.query)
            return _write(state, f"{resource}/{verb}", WRITES[resource][verb], request, now)
        case "POST" if verb:
            message = f"there is nothing to post at {resource}/{verb}"
            raise Refused(HTTPStatus.NOT_FOUND, "unknown_resource", message)
        case _:
            message = f"{request.method} is no way to ask {request.path.strip('/')}"
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", message)


def _read(state: IgnitionState, resource: str, query: tuple[tuple[str, str], ...]) -> Answer:
    params, limit, start = _paging(query)
    way = reads.find(resource, params)
    match way:
        case reads.One():
            row = way.answer(state, reads.normalised(params))
            headers = {"ETag": f'"{row["version"]}"'} if "version" in row else {}
            return Answer(HTTPStatus.OK, row, headers)
        case reads.Several():
            rows = list(way.answer(state, reads.normalised(params)))
            items: list[Json] = [*rows[start : start + limit]]
            rest = start + limit < len(rows)
            page: Row = {"items": items, "next": str(start + limit) if rest else None}
            return Answer(HTTPStatus.OK, page)


def _paging(query: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], int, int]:
    params = dict(query)
    if len(params) != len(query):
        names = [name for name, _ in query]
        twice = next(name for name in names if names.count(name) > 1)
        raise wrong("bad_value", f"{twice} is given more than once", twice)
    empty = [name for name, value in query if not value]
    if empty:
        raise wrong("bad_value", f"{empty[0]} is empty", empty[0])
    limit = _whole(params.pop("limit", str(_USUAL_PAGE)), "limit")
    start = _whole(params.pop("cursor", "0"), "cursor")
    if not 1 <= limit <= _LONGEST_PAGE:
        raise wrong("bad_value", f"limit is 1 to {_LONGEST_PAGE}", "limit")
    return params, limit, start


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise wrong("bad_value", f"{name} is a whole number", name)
    return int(text)


def _no_parameters(query: tuple[tuple[str, str], ...]) -> None:
    for name, _ in query:
        raise wrong("unknown_parameter", f"a write takes no parameter {name}", name)


def _write(
    state: IgnitionState, path: str, write: Write[Any], request: Request, now: datetime
) -> Answer:
    body: Body = understood(write.body, request.body)
    reference: str | None = getattr(body, "reference", None)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    earlier = None if reference is None else state.written.get(reference)
    if earlier is not None:
        return _repeated(state, earlier, path, fingerprint, now)
    done = write.carry_out(state, body, Call(now, request.version))
    if reference is not None:
        state.written[reference] = Written(path, fingerprint, done.record, done.number)
    status = HTTPStatus.CREATED if done.created else HTTPStatus.OK
    return _written(state, done, status, now, reference)


def _repeated(
    state: IgnitionState, earlier: Written, path: str, fingerprint: str, now: datetime
) -> Answer:
    if (earlier.path, earlier.fingerprint) != (path, fingerprint):
        message = f"this reference belongs to {earlier.record} {earlier.number}"
        raise conflict("reference_used", message, "reference")
    row: Row = {
        "number": earlier.number,
        "version": state.version(earlier.record, earlier.number),
        "at": wire.moment(now),
        "repeated": True,
    }
    return Answer(HTTPStatus.OK, row)


def _written(
    state: IgnitionState, done: Done, status: HTTPStatus, now: datetime, reference: str | None
) -> Answer:
    version = state.version(done.record, done.number)
    row: Row = {
        "number": done.number,
        "version": version,
        "at": wire.moment(now),
        "repeated": False,
    }
    headers = {"ETag": f'"{version}"'} if done.record is Record.ORDER else {}
    return Answer(status, row, headers, done, reference)

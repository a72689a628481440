"""The REST resources: one request in, one answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from tools.jsontext import Writable
from tools.objects.identifiers import normal
from tools.objects.maintenance import MaintenanceNotification, MaintenanceOrder
from tools.sandbox.cmms import desk, wire
from tools.sandbox.cmms.bodies import Change, NewNotification, NewWorkOrder, Status, understood
from tools.sandbox.cmms.problem import Problem, missing, wrong
from tools.sandbox.cmms.state import CmmsState, Record
from tools.sandbox.cmms.wire import Row

EntryT = TypeVar("EntryT", MaintenanceNotification, MaintenanceOrder)

CONTRACT = "concord-cmms/1"
_LONGEST_PAGE, _USUAL_PAGE = 200, 50


@dataclass(frozen=True)
class Done:
    """Which record a write made or changed, and the mark it came with."""

    record: Record
    number: str
    reference: str | None


@dataclass(frozen=True)
class Request:
    """What reached the server; ``path`` is what follows ``/api/v1/``."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    media_type: str = "application/json"
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What goes back; ``done`` says which write was carried out, if one was."""

    status: int
    body: Writable
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    done: Done | None = None


@dataclass(frozen=True)
class Asked:
    """A request on its way through a resource."""

    state: CmmsState
    request: Request
    number: str | None
    now: datetime


Handler = Callable[[Asked], Answer]


def answer(state: CmmsState, request: Request, now: datetime) -> Answer:
    """Answer a request; a problem changes nothing."""
    try:
        resource, _, number = request.path.strip("/").partition("/")
        if "/" in number or not any(resource == known for known, _, _ in _ROUTES):
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", f"there is no {request.path}")
        handler = _ROUTES.get((resource, request.method, bool(number)))
        if handler is None:
            detail = f"{request.method} is no way to ask {request.path}"
            raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method", detail)
        return handler(Asked(state, request, number or None, now))
    except Problem as problem:
        return Answer(problem.status, problem.body(), {"Content-Type": "application/problem+json"})


def _info(asked: Asked) -> Answer:
    _params(asked.request)
    row: Row = {
        "contract": CONTRACT,
        "product": "Concord sandbox CMMS",
        "sites": list(asked.state.sites),
        "at": wire.moment(asked.now),
    }
    return Answer(HTTPStatus.OK, row)


def _one_asset(asked: Asked) -> Answer:
    _params(asked.request)
    asset = asked.state.equipment.get(normal(asked.number or ""))
    if asset is None:
        raise missing("equipment", asked.number or "")
    return Answer(HTTPStatus.OK, wire.equipment(asset))


def _assets(asked: Asked) -> Answer:
    params = _params(asked.request, "site", "work_center", paged=True)
    site, center = _need(params, "site"), _need(params, "work_center")
    rows = (
        wire.equipment(asset)
        for asset in asked.state.equipment.values()
        if (asset.plant, asset.work_center) == (site, center)
    )
    return _page(rows, params)


def _one_notification(asked: Asked) -> Answer:
    _params(asked.request)
    return _noted(asked.state, desk.notification(asked.state, asked.number or ""))


def _notifications(asked: Asked) -> Answer:
    params = _params(asked.request, "equipment", "external_ref", "status", paged=True)
    found = _of_asset(asked.state.notifications.values(), params)
    newest = sorted(found, key=lambda entry: entry.reported_at, reverse=True)
    return _page(map(wire.notification, newest), params)


def _new_notification(asked: Asked) -> Answer:
    body = understood(NewNotification, _json(asked.request))
    entry = desk.create_notification(asked.state, body, asked.now)
    return _noted(asked.state, entry, created=True)


def _change_notification(asked: Asked) -> Answer:
    body = understood(Change, _json(asked.request))
    number = asked.number or ""
    entry = desk.change_notification(asked.state, number, body, asked.request.etag)
    return _noted(asked.state, entry, changed=True)


def _one_order(asked: Asked) -> Answer:
    _params(asked.request)
    return _ordered(asked.state, desk.work_order(asked.state, asked.number or ""))


def _orders(asked: Asked) -> Answer:
    params = _params(asked.request, "equipment", "external_ref", "status", paged=True)
    found = _of_asset(asked.state.orders.values(), params)
    newest = sorted(found, key=lambda entry: entry.start, reverse=True)
    return _page(map(wire.work_order, newest), params)


def _new_order(asked: Asked) -> Answer:
    body = understood(NewWorkOrder, _json(asked.request))
    entry = desk.create_work_order(asked.state, body, asked.now)
    return _ordered(asked.state, entry, created=True)


def _change_order(asked: Asked) -> Answer:
    body = understood(Change, _json(asked.request))
    entry = desk.change_work_order(asked.state, asked.number or "", body, asked.request.etag)
    return _ordered(asked.state, entry, changed=True)


def _windows(asked: Asked) -> Answer:
    params = _params(asked.request, "site", paged=True)
    site = _need(params, "site")
    coming = (
        entry
        for entry in asked.state.windows.values()
        if entry.plant == site and entry.end > asked.now
    )
    return _page(map(wire.window, sorted(coming, key=lambda entry: entry.start)), params)


_ROUTES: Mapping[tuple[str, str, bool], Handler] = {
    ("info", "GET", False): _info,
    ("equipment", "GET", True): _one_asset,
    ("equipment", "GET", False): _assets,
    ("notifications", "GET", True): _one_notification,
    ("notifications", "GET", False): _notifications,
    ("notifications", "POST", False): _new_notification,
    ("notifications", "PATCH", True): _change_notification,
    ("work-orders", "GET", True): _one_order,
    ("work-orders", "GET", False): _orders,
    ("work-orders", "POST", False): _new_order,
    ("work-orders", "PATCH", True): _change_order,
    ("windows", "GET", False): _windows,
}


def _noted(
    state: CmmsState,
    entry: MaintenanceNotification,
    *,
    created: bool = False,
    changed: bool = False,
) -> Answer:
    done = Done(Record.NOTIFICATION, entry.number, entry.reference) if created or changed else None
    return _record(state, Record.NOTIFICATION, wire.notification(entry), done, created=created)


def _ordered(
    state: CmmsState, entry: MaintenanceOrder, *, created: bool = False, changed: bool = False
) -> Answer:
    done = Done(Record.WORK_ORDER, entry.number, entry.reference) if created or changed else None
    return _record(state, Record.WORK_ORDER, wire.work_order(entry), done, created=created)


def _record(
    state: CmmsState, record: Record, row: Row, done: Done | None, *, created: bool
) -> Answer:
    number = str(row["id"])
    headers = {"ETag": state.etag(record, number)}
    if created:
        folder = "notifications" if record is Record.NOTIFICATION else "work-orders"
        headers["Location"] = f"/api/v1/{folder}/{number}"
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, row, headers, done)


def _of_asset(entries: Iterable[EntryT], params: Mapping[str, str]) -> list[EntryT]:
    equipment = normal(_need(params, "equipment"))
    mark, status = params.get("external_ref"), params.get("status")
    if status is not None and status not in set(Status):
        raise wrong("value", f"{status} is no status", "status")
    return [
        entry
        for entry in entries
        if entry.equipment == equipment
        and mark in (None, entry.reference)
        and status in (None, wire.STATUSES[entry.status])
    ]


def _params(request: Request, *known: str, paged: bool = False) -> dict[str, str]:
    params = dict(request.query)
    allowed = {*known, "page", "per_page"} if paged else set(known)
    for name, value in request.query:
        if name not in allowed:
            raise wrong("parameter", f"there is no parameter {name} here", name)
        if not value or params[name] != value:
            raise wrong("parameter", f"{name} is empty or given twice", name)
    return params


def _need(params: Mapping[str, str], name: str) -> str:
    if name not in params:
        raise wrong("parameter", f"the parameter {name} is missing", name)
    return params[name]


def _page(rows: Iterable[Row], params: Mapping[str, str]) -> Answer:
    page, size = _count(params, "page", 1), _count(params, "per_page", _USUAL_PAGE)
    if page < 1 or not 1 <= size <= _LONGEST_PAGE:
        raise wrong("parameter", f"page starts at 1, per_page is 1 to {_LONGEST_PAGE}", "per_page")
    every = list(rows)
    shown = every[(page - 1) * size : page * size]
    return Answer(
        HTTPStatus.OK, {"data": shown, "page": page, "per_page": size, "total": len(every)}
    )


def _count(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise wrong("parameter", f"{name} is no whole number", name)
    return int(text)


def _json(request: Request) -> bytes:
    _params(request)
    if request.media_type != "application/json":
        detail = f"a body is application/json, not {request.media_type or 'nothing'}"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media_type", detail)
    return request.body

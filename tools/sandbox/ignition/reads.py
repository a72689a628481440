"""What each resource answers to a GET."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tools.objects.identifiers import normal
from tools.objects.nonconformance import Hold
from tools.objects.order import OrderStatus
from tools.objects.sync import SyncState
from tools.objects.task import SupervisorTask
from tools.sandbox.ignition import confirmations, floor, orders, wire
from tools.sandbox.ignition.refusal import unknown, wrong
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.wire import Json, Row

_CLOSED = frozenset({OrderStatus.CLOSED, OrderStatus.DISCARDED})
_ON_ITS_WAY = frozenset({SyncState.QUEUED, SyncState.SENT, SyncState.FAILED})

Params = Mapping[str, str]
Rows = Iterable[Row]


@dataclass(frozen=True)
class One:
    """A way to ask a resource that is answered by a record."""

    params: frozenset[str]
    answer: Callable[[IgnitionState, Params], Row]


@dataclass(frozen=True)
class Several:
    """A way to ask a resource that is answered by a list, perhaps an empty one."""

    params: frozenset[str]
    answer: Callable[[IgnitionState, Params], Rows]


Read = One | Several


def by(*params: str) -> frozenset[str]:
    """Return the parameters of a way to ask."""
    return frozenset(params)


def info(state: IgnitionState, project: str, now: datetime) -> Row:
    """Return what the site offers."""
    plants: list[Json] = [*state.plants]
    resources: list[Json] = [*sorted(READS)]
    return {
        "contract": "concord-webdev/1",
        "project": project,
        "plants": plants,
        "resources": resources,
        "at": wire.moment(now),
    }


def _order(state: IgnitionState, params: Params) -> Row:
    order = orders.found(state, params["order"])
    return wire.order(order, state.version(Record.ORDER, order.number), whole=True)


def _orders(state: IgnitionState, params: Params) -> Rows:
    plant = _plant(state, params)
    return [
        wire.order(order, state.version(Record.ORDER, order.number), whole=False)
        for order in state.orders.values()
        if order.plant == plant and order.status not in _CLOSED
    ]


def _confirmation(state: IgnitionState, params: Params) -> Row:
    entry = confirmations.found(state, params["confirmation"])
    return wire.confirmation(entry, state.version(Record.CONFIRMATION, entry.number))


def _confirmations(state: IgnitionState, params: Params) -> Rows:
    order = orders.found(state, params["order"]).number
    rows = (
        wire.confirmation(entry, state.version(Record.CONFIRMATION, entry.number))
        for entry in state.confirmations.values()
        if entry.order == order
    )
    return _referenced(rows, params)


def _documents(state: IgnitionState) -> Rows:
    return [
        wire.document(entry, state.version(Record.DOCUMENT, entry.number))
        for entry in sorted(
            state.documents.values(), key=lambda entry: entry.entered_at, reverse=True
        )
    ]


def _consumption_of_order(state: IgnitionState, params: Params) -> Rows:
    order = orders.found(state, params["order"]).number
    wanted = {
        entry.number
        for entry in state.documents.values()
        if any(line.order == order for line in entry.lines)
    }
    return [row for row in _documents(state) if row["number"] in wanted]


def _consumption_of_material(state: IgnitionState, params: Params) -> Rows:
    what = (params["material"], _plant(state, params))
    wanted = {
        entry.number
        for entry in state.documents.values()
        if any((line.material, line.plant) == what for line in entry.lines)
    }
    return [row for row in _documents(state) if row["number"] in wanted]


def _document(state: IgnitionState, params: Params) -> Row:
    entry = state.documents.get(params["document"])
    if entry is None:
        raise unknown("document", params["document"], "document")
    return wire.document(entry, state.version(Record.DOCUMENT, entry.number))


def _consumption_by_reference(state: IgnitionState, params: Params) -> Rows:
    return _referenced(_documents(state), params)


def _stock(state: IgnitionState, params: Params) -> Rows:
    what = (params["material"], _plant(state, params))
    return [
        wire.stock(line)
        for line in state.stock.values()
        if (line.material, line.plant) == what and line.quantity
    ]


def _material(state: IgnitionState, params: Params) -> Row:
    known = state.materials.get((params["material"], _plant(state, params)))
    if known is None:
        raise unknown("object", params["material"], "material")
    return wire.material(known)


def _holds(state: IgnitionState, params: Params) -> Rows:
    plant, every = _plant(state, params), "reference" in params

    def shown(hold: Hold) -> bool:
        return hold.plant == plant and (every or hold.active)

    rows = (
        wire.hold(hold, state.version(Record.HOLD, hold.number))
        for hold in state.holds.values()
        if shown(hold)
    )
    return _referenced(rows, params)


def _tasks(state: IgnitionState, params: Params) -> Rows:
    plant, every = _plant(state, params), "reference" in params

    def shown(task: SupervisorTask) -> bool:
        return task.plant == plant and (every or task.open)

    rows = (
        wire.task(task, state.version(Record.TASK, task.number))
        for task in state.tasks.values()
        if shown(task)
    )
    return _referenced(rows, params)


def _audit_events(state: IgnitionState, params: Params) -> Rows:
    found = (
        wire.audit_event(number, event, state.version(Record.AUDIT_EVENT, number))
        for number, event in state.audit_events.items()
    )
    return _referenced(found, params)


def _messages(state: IgnitionState, params: Params) -> Rows:
    plant = _plant(state, params)
    return [
        wire.message(entry, state.version(Record.MESSAGE, entry.number))
        for entry in state.messages.values()
        if entry.plant == plant and entry.state in _ON_ITS_WAY
    ]


def _message(state: IgnitionState, params: Params) -> Row:
    entry = state.messages.get(params["message"])
    if entry is None:
        raise unknown("message", params["message"], "message")
    return wire.message(entry, state.version(Record.MESSAGE, entry.number))


def _nonconformances(state: IgnitionState, params: Params) -> Rows:
    order = orders.found(state, params["order"]).number
    return [floor.nonconformance(row) for row in state.nonconformances if row.order == order]


def _scrap(state: IgnitionState, params: Params) -> Rows:
    order = orders.found(state, params["order"]).number
    return [floor.scrap(row) for row in state.scraps if row.order == order]


def _progress(state: IgnitionState, params: Params) -> Rows:
    order = orders.found(state, params["order"]).number
    return [floor.progress(row) for row in state.work_in_progress if row.order == order]


def _downtime(state: IgnitionState, params: Params) -> Rows:
    plant = _plant(state, params)
    newest = sorted(state.downtimes, key=lambda row: row.started_at, reverse=True)
    return [floor.downtime(row) for row in newest if row.plant == plant]


def _machine(state: IgnitionState, params: Params) -> Row:
    what = (_plant(state, params), params["work_center"])
    for row in state.machines:
        if (row.plant, row.work_center) == what:
            return floor.machine(row)
    raise unknown("object", params["work_center"], "work_center")


def _dispatch(state: IgnitionState, params: Params) -> Rows:
    what = (_plant(state, params), params["work_center"])
    if not any((row.plant, row.work_center) == what for row in state.machines):
        raise unknown("object", params["work_center"], "work_center")
    inline = sorted(state.schedule, key=lambda row: row.sequence)
    return [floor.dispatch(row) for row in inline if (row.plant, row.work_center) == what]


def _shifts(state: IgnitionState, params: Params) -> Rows:
    plant = _plant(state, params)
    return [floor.shift(row) for row in state.shifts if row.plant == plant]


def _certificates(state: IgnitionState, params: Params) -> Rows:
    plant = _plant(state, params)
    return [floor.certificate(row) for row in state.certificates if row.plant == plant]


def _plant(state: IgnitionState, params: Params) -> str:
    plant = params["plant"]
    if plant not in state.plants:
        raise unknown("object", plant, "plant")
    return plant


def _referenced(rows: Rows, params: Params) -> Rows:
    wanted = params.get("reference")
    return [row for row in rows if wanted is None or row["reference"] == wire.key(wanted)]


READS: Mapping[str, tuple[Read, ...]] = {
    "orders": (One(by("order"), _order), Several(by("plant"), _orders)),
    "dispatch": (Several(by("plant", "work_center"), _dispatch),),
    "confirmations": (
        One(by("confirmation"), _confirmation),
        Several(by("order"), _confirmations),
        Several(by("order", "reference"), _confirmations),
    ),
    "consumption": (
        Several(by("order"), _consumption_of_order),
        Several(by("plant", "material"), _consumption_of_material),
        One(by("document"), _document),
        Several(by("reference"), _consumption_by_reference),
    ),
    "scrap": (Several(by("order"), _scrap),),
    "nonconformances": (Several(by("order"), _nonconformances),),
    "downtime": (Several(by("plant"), _downtime),),
    "stock": (Several(by("plant", "material"), _stock),),
    "materials": (One(by("plant", "material"), _material),),
    "holds": (Several(by("plant"), _holds), Several(by("plant", "reference"), _holds)),
    "tasks": (Several(by("plant"), _tasks), Several(by("plant", "reference"), _tasks)),
    "machines": (One(by("plant", "work_center"), _machine),),
    "shifts": (Several(by("plant"), _shifts),),
    "certificates": (Several(by("plant"), _certificates),),
    "wip": (Several(by("order"), _progress),),
    "messages": (
        One(by("message"), _message),
        Several(by("plant"), _messages),
    ),
    "audit": (Several(by("reference"), _audit_events),),
}


def find(resource: str, params: Params) -> Read:
    """Return the way a resource is asked.

    Raises:
        Refused: It cannot be asked so; the parameter at fault is named.
    """
    ways = READS[resource]
    given = frozenset(params)
    for way in ways:
        if way.params == given:
            return way
    known = frozenset[str]().union(*(way.params for way in ways))
    for name in sorted(given - known):
        raise wrong("unknown_parameter", f"{resource} takes no parameter {name}", name)
    nearest = max(ways, key=lambda way: len(way.params & given))
    for name in sorted(nearest.params - given):
        raise wrong("missing_parameter", f"{resource} needs {name} here", name)
    extra = min(given - nearest.params)
    raise wrong("unknown_parameter", f"{extra} does not go with the other parameters", extra)


def normalised(params: Params) -> Params:
    """Return the parameters with material numbers as the site keeps them."""
    return {name: normal(value) if name == "material" else value for name, value in params.items()}

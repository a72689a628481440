"""Changing an order's status."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from tools.objects.identifiers import normal
from tools.objects.order import OrderStatus, ProductionOrder
from tools.sandbox.ignition.bodies import ChangeOrder
from tools.sandbox.ignition.refusal import Refused, conflict, unknown
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.wire import STATUSES
from tools.sandbox.ignition.write import Call, Done, Write

RUNNABLE = frozenset(
    {OrderStatus.RELEASED, OrderStatus.IN_PROGRESS, OrderStatus.PARTIALLY_CONFIRMED}
)
_RELEASABLE = frozenset({OrderStatus.CREATED, OrderStatus.ON_HOLD})


def found(state: IgnitionState, number: str, field: str = "order") -> ProductionOrder:
    """Return an order.

    Raises:
        Refused: The site has no such order.
    """
    order = state.orders.get(normal(number))
    if order is None:
        raise unknown("order", number, field)
    return order


def unlocked(order: ProductionOrder) -> None:
    """Refuse while somebody else has the order open."""
    if order.locked:
        message = f"order {order.number} is locked"
        raise Refused(HTTPStatus.LOCKED, "order_locked", message, "order")


def in_status(order: ProductionOrder, allowed: frozenset[OrderStatus], verb: str) -> None:
    """Refuse what the order's status does not allow."""
    if order.status not in allowed:
        message = f"order {order.number} is {STATUSES[order.status]} and cannot be {verb}"
        raise conflict("order_state", message, "order")


def _release(state: IgnitionState, body: ChangeOrder, call: Call) -> Done:
    return _change(state, body, call, OrderStatus.RELEASED)


def _complete(state: IgnitionState, body: ChangeOrder, call: Call) -> Done:
    return _change(state, body, call, OrderStatus.CONFIRMED)


def _change(state: IgnitionState, body: ChangeOrder, call: Call, status: OrderStatus) -> Done:
    order = found(state, body.order)
    _current(state.version(Record.ORDER, order.number), call.version)
    unlocked(order)
    allowed = _RELEASABLE if status is OrderStatus.RELEASED else RUNNABLE
    in_status(order, allowed, STATUSES[status])
    state.put_order(replace(order, status=status))
    return Done(Record.ORDER, order.number)


def _current(version: int, stated: str | None) -> None:
    if stated is None:
        message = "say in If-Match which version of the order is meant"
        raise Refused(HTTPStatus.PRECONDITION_REQUIRED, "version_missing", message)
    if stated != f'"{version}"':
        message = f"the order is at version {version}, not {stated}"
        raise Refused(HTTPStatus.PRECONDITION_FAILED, "version_stale", message)


WRITES = {"release": Write(ChangeOrder, _release), "complete": Write(ChangeOrder, _complete)}

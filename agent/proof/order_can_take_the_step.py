"""An order is released or completed only from a status that allows it, with nothing under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agent.actions.complete_order import CompleteOrder
from agent.actions.dispatch_order import DispatchOrder
from agent.actions.order_step import OrderStep
from agent.actions.release_order import ReleaseOrder
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.sync import SyncMessage, SyncState

NAME = "order_can_take_the_step"
RUNNING = frozenset(
    {
        OrderStatus.RELEASED,
        OrderStatus.IN_PROGRESS,
        OrderStatus.PARTIALLY_CONFIRMED,
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
    }
)


def check(subject: Subject) -> Verdict:
    """Compare each order's status in the system that is to change it."""
    steps = [one for one in subject.remedy.hard if isinstance(one, OrderStep)]
    if not steps:
        return beside(NAME, "No order is released or completed")
    for step in steps:
        order = _order(step, subject.of(step.system, ProductionOrder))
        if order is None:
            return unknown(NAME, "Order {order} was not read", order=step.order)
        if order.locked:
            return failed(NAME, "Order {order} is locked", order=order.number)
        if not _allows(step)(order.status):
            return failed(
                NAME, "Order {order} is {status}", order=order.number, status=order.status
            )
        if isinstance(step, CompleteOrder) and _under_way(subject, step.order):
            return failed(NAME, "A posting of order {order} is under way", order=order.number)
    return passed(NAME, "The order's status allows the step")


def _order(step: OrderStep, orders: Iterable[ProductionOrder]) -> ProductionOrder | None:
    return next((order for order in orders if order.number == step.order), None)


def _allows(step: OrderStep) -> Callable[[OrderStatus], bool]:
    if isinstance(step, ReleaseOrder | DispatchOrder):
        return lambda status: status is OrderStatus.CREATED
    return lambda status: status in RUNNING


def _under_way(subject: Subject, order: str) -> bool:
    """Return whether the ERP would still be told of something made for the order."""
    return any(
        message.order == order and message.state is not SyncState.SUCCEEDED
        for message in subject.records(SyncMessage)
    )

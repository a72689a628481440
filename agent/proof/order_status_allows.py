"""An order takes confirmations and goods movements only while it is released and not closed."""

from __future__ import annotations

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.reading import System

NAME = "order_status_allows"
OPEN = frozenset(
    {
        OrderStatus.RELEASED,
        OrderStatus.IN_PROGRESS,
        OrderStatus.PARTIALLY_CONFIRMED,
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
    }
)


def check(subject: Subject) -> Verdict:
    """Compare each posted-to order's status, as the ERP has it."""
    posted_to = _orders(subject)
    if not posted_to:
        return beside(NAME, "No order is posted to")
    orders = {order.number: order for order in subject.of(System.ERP, ProductionOrder)}
    for number in sorted(posted_to):
        order = orders.get(number)
        if order is None:
            return unknown(NAME, "Order {order} was not read from the ERP", order=number)
        if order.locked:
            return failed(NAME, "Order {order} is locked", order=number)
        if order.status not in OPEN:
            return failed(NAME, "Order {order} is {status}", order=number, status=order.status)
    return passed(NAME, "The order's status allows the posting")


def _orders(subject: Subject) -> set[str]:
    confirmed = {action.draft.order for action in subject.actions(PostConfirmation)}
    moved = {
        line.order
        for action in subject.actions(PostMovement)
        for line in action.draft.lines
        if line.order
    }
    return confirmed | moved

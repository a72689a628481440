"""Finish an order on the shop floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.order_step import OrderStep
from agent.case.text import Text, text
from tools.objects.order import OrderStatus
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.ports import Orders

FINISHED = frozenset(
    {
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
        OrderStatus.TECHNICALLY_COMPLETED,
        OrderStatus.CLOSED,
    }
)


@dataclass(frozen=True)
class FinishOrder(OrderStep):
    """The end of an order in the MES: nobody works on it any more."""

    kind: ClassVar[str] = "finish_order"
    system: ClassVar[System] = System.MES

    def say(self) -> Text:
        """Name the order."""
        return text("Finish order {order} on the shop floor", order=self.order)

    async def take(self, orders: Orders, etag: str | None) -> Posted:
        """Finish it."""
        return await orders.complete(self.order, etag=etag)

    def taken(self, status: OrderStatus) -> bool:
        """Return whether it is finished."""
        return status in FINISHED

"""Technically complete an order, in the ERP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.order_step import OrderStep
from agent.case.text import Text, text
from tools.objects.order import OrderStatus
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.ports import Orders

COMPLETED = frozenset({OrderStatus.TECHNICALLY_COMPLETED, OrderStatus.CLOSED})


@dataclass(frozen=True)
class CompleteOrder(OrderStep):
    """The end of an order for planning: its rest and its reservations are dropped."""

    kind: ClassVar[str] = "complete_order"
    system: ClassVar[System] = System.ERP

    def say(self) -> Text:
        """Name the order."""
        return text("Technically complete order {order} in the ERP", order=self.order)

    async def take(self, orders: Orders, etag: str | None) -> Posted:
        """Complete it."""
        return await orders.complete(self.order, etag=etag)

    def taken(self, status: OrderStatus) -> bool:
        """Return whether it is completed."""
        return status in COMPLETED

"""Let an order run on the shop floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.order_step import OrderStep
from agent.case.text import Text, text
from tools.objects.order import OrderStatus
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.ports import Orders

UNRELEASED = frozenset({OrderStatus.CREATED, OrderStatus.DISCARDED})


@dataclass(frozen=True)
class DispatchOrder(OrderStep):
    """The release of an order in the MES; from then on it can be worked on."""

    kind: ClassVar[str] = "dispatch_order"
    system: ClassVar[System] = System.MES

    def say(self) -> Text:
        """Name the order."""
        return text("Release order {order} to the shop floor", order=self.order)

    async def take(self, orders: Orders, etag: str | None) -> Posted:
        """Release it."""
        return await orders.release(self.order, etag=etag)

    def taken(self, status: OrderStatus) -> bool:
        """Return whether it is released."""
        return status not in UNRELEASED

"""Technically complete an order, in the ERP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.order import OrderStatus
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Orders

COMPLETED = frozenset({OrderStatus.TECHNICALLY_COMPLETED, OrderStatus.CLOSED})


@dataclass(frozen=True)
class CompleteOrder(Action):
    """The end of an order for planning: its rest and its reservations are dropped."""

    kind: ClassVar[str] = "complete_order"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.ERP
    reversible: ClassVar[bool] = False

    order: str

    @property
    def touches(self) -> str:
        """The order."""
        return f"order/{self.order}"

    def say(self) -> Text:
        """Name the order."""
        return text("Technically complete order {order} in the ERP", order=self.order)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Complete it."""
        orders = sides[self.system].port(Orders)
        before = await orders.order(self.order)
        return await orders.complete(self.order, etag=before.etag)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Compare the status: a completed order carries no mark of who completed it."""
        reading = await sides[self.system].port(Orders).order(self.order)
        if reading.value.status not in COMPLETED:
            return None
        return Posted(self.system, self.order, reading.read_at)

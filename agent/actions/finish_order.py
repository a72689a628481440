"""Finish an order on the shop floor."""

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

FINISHED = frozenset(
    {
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
        OrderStatus.TECHNICALLY_COMPLETED,
        OrderStatus.CLOSED,
    }
)


@dataclass(frozen=True)
class FinishOrder(Action):
    """The end of an order in the MES: nobody works on it any more."""

    kind: ClassVar[str] = "finish_order"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES
    reversible: ClassVar[bool] = False

    order: str

    @property
    def touches(self) -> str:
        """The order."""
        return f"order/{self.order}"

    def say(self) -> Text:
        """Name the order."""
        return text("Finish order {order} on the shop floor", order=self.order)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Finish it."""
        orders = sides[self.system].port(Orders)
        before = await orders.order(self.order)
        return await orders.complete(self.order, etag=before.etag)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Compare the status: a finished order carries no mark of who finished it."""
        reading = await sides[self.system].port(Orders).order(self.order)
        if reading.value.status not in FINISHED:
            return None
        return Posted(self.system, self.order, reading.read_at)

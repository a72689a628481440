"""Let an order run, in the ERP."""

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

UNRELEASED = frozenset({OrderStatus.CREATED, OrderStatus.DISCARDED})


@dataclass(frozen=True)
class ReleaseOrder(Action):
    """The release of an order; the ERP takes no posting for it before."""

    kind: ClassVar[str] = "release_order"
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
        return text("Release order {order} in the ERP", order=self.order)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Release it."""
        orders = sides[self.system].port(Orders)
        before = await orders.order(self.order)
        return await orders.release(self.order, etag=before.etag)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Compare the status: a released order carries no mark of who released it."""
        reading = await sides[self.system].port(Orders).order(self.order)
        if reading.value.status in UNRELEASED:
            return None
        return Posted(self.system, self.order, reading.read_at)

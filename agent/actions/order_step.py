"""A step of an order's status: a system shows that it was taken, but not by whom."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from tools.objects.order import OrderStatus
from tools.objects.posted import Posted
from tools.objects.reference import Reference
from tools.ports import Orders


@dataclass(frozen=True)
class OrderStep(Action, ABC):
    """One step in one system; it is read back by comparing the status.

    Attributes:
        order: The order's number.
    """

    hard: ClassVar[bool] = True
    reversible: ClassVar[bool] = False

    order: str

    @property
    def touches(self) -> str:
        """The order."""
        return f"order/{self.order}"

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Take the step, unless the order changes meanwhile."""
        orders = sides[self.system].port(Orders)
        before = await orders.order(self.order)
        return await self.take(orders, before.etag)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Compare the status."""
        reading = await sides[self.system].port(Orders).order(self.order)
        if not self.taken(reading.value.status):
            return None
        return Posted(self.system, self.order, reading.read_at)

    @abstractmethod
    async def take(self, orders: Orders, etag: str | None) -> Posted:
        """Ask the system for the step."""

    @abstractmethod
    def taken(self, status: OrderStatus) -> bool:
        """Return whether a status shows that the step was taken."""

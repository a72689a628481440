"""An order's status, by its canonical name; the ERP's status line is translated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evals.ends.end import End, Shown
from evals.expected import Word
from evals.part import Text
from tools.objects.identifiers import normal
from tools.objects.order import OrderStatus
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.world import World

# The first flag that is set says how far an order has come.
_STATUSES = (
    ("OrderIsMarkedForDeletion", OrderStatus.DISCARDED),
    ("OrderIsClosed", OrderStatus.CLOSED),
    ("OrderIsTechnicallyCompleted", OrderStatus.TECHNICALLY_COMPLETED),
    ("OrderIsLocked", OrderStatus.ON_HOLD),
    ("OrderIsDelivered", OrderStatus.DELIVERED),
    ("OrderIsConfirmed", OrderStatus.CONFIRMED),
    ("OrderIsPartiallyConfirmed", OrderStatus.PARTIALLY_CONFIRMED),
    ("OrderIsReleased", OrderStatus.RELEASED),
)


class OrderStands(End):
    """An order's status, by its canonical name."""

    system: Literal["erp", "mes"]
    what: Literal["order_status"]
    order: Text
    wanted: Word = Field(alias="is")

    def read(self, world: World) -> Shown:
        """Ask the order."""
        order = normal(self.order)
        if self.system == "mes":
            return floor_of_order(world, order).order(order).status.value
        row = world.s4.orders[order,]
        set_flags = (status for name, status in _STATUSES if row.get(name))
        return next(set_flags, OrderStatus.CREATED).value

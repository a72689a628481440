"""Somebody has an order open in the ERP: until they leave it, nobody else can change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tools.sandbox.changes.change import Change, Code, Names, OrderNumber
from tools.sandbox.s4.rules.locks import order_lock
from tools.sandbox.s4.rules.order_status import order_row
from tools.sandbox.world import World


class OrderLock(Change):
    """A lock for some seconds from now on; 0 means that whoever had it open has left it."""

    order: OrderNumber
    seconds: Annotated[int, Field(ge=0, le=86_400)] = 600
    holder: Code = "MUELLER"

    def apply(self, world: World) -> Names:
        number = order_row(world.s4, self.order)["ManufacturingOrder"]
        until = world.clock.now() + timedelta(seconds=self.seconds)
        world.s4.lock(order_lock(number), until, self.holder)
        return {"holder": self.holder}

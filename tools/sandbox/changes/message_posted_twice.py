"""The interface delivers a message a second time, and the ERP posts it a second time."""

from __future__ import annotations

from tools.sandbox.changes.change import Change, Code, Names, OrderNumber
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.floors.telling import transmit
from tools.sandbox.world import World


class MessagePostedTwice(Change):
    """The message about a confirmation of the MES that the ERP has posted already."""

    order: OrderNumber
    confirmation: Code

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        known = set(world.s4.confirmations)
        message = floor.message_about(self.confirmation)
        if message is None:
            raise Impossible(f"there is no message about confirmation {self.confirmation}")
        transmit(world, floor, floor.confirmation(self.confirmation), message)
        made = [key for key in world.s4.confirmations if key not in known]
        if len(made) != 1:
            raise Impossible("the ERP refuses the message the second time")
        return {"confirmation": "/".join(made[0])}

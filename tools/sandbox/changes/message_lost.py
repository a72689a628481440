"""The message about a report is lost: the MES counts it as posted, the ERP never got it."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.confirmation import ConfirmationState
from tools.objects.sync import SyncState
from tools.sandbox.changes.change import Change, Code, Names, OrderNumber
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.world import World


class MessageLost(Change):
    """The waiting message about a confirmation of the MES (its ``state`` is ``pending``)."""

    order: OrderNumber
    confirmation: Code

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        entry, message = (
            floor.confirmation(self.confirmation),
            floor.message_about(self.confirmation),
        )
        if message is None or message.state is not SyncState.QUEUED:
            raise Impossible(f"no message about confirmation {self.confirmation} is waiting")
        floor.put_message(replace(message, state=SyncState.SUCCEEDED, attempts=1))
        floor.put_confirmation(replace(entry, state=ConfirmationState.POSTED))
        return {"message": message.number}

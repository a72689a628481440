"""Somebody sends a refused message again by hand, and it goes through."""

from __future__ import annotations

from tools.objects.sync import SyncState
from tools.sandbox.changes.change import Change, Code, Names, OrderNumber
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.floors.telling import Record, erp_number, transmit
from tools.sandbox.world import World


class MessageSentAgain(Change):
    """The refused message of the MES; what kept it from being posted must be gone."""

    order: OrderNumber
    message: Code

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        message = floor.state.messages.get(self.message)
        if message is None or message.state is not SyncState.FAILED:
            raise Impossible(f"the MES has no refused message {self.message}")
        record = _record(floor, message.object)
        sent = transmit(world, floor, record, message)
        if sent.state is SyncState.FAILED:
            raise Impossible(f"the ERP refuses it again: {sent.refusals[-1].text}")
        return {"message": sent.number, "erp": erp_number(world, record) or ""}


def _record(floor: Floor, number: str) -> Record:
    if number in floor.state.confirmations:
        return floor.confirmation(number)
    return floor.document(number)

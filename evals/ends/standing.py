"""Which confirmations stand: neither reversed nor reversals."""

from __future__ import annotations

from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.sandbox.floors.floor import Floor
from tools.sandbox.s4.rows import Row
from tools.sandbox.world import World


def reported(floor: Floor, order: str) -> list[Confirmation]:
    """Return what stands of an order on the shop floor."""
    return [
        entry
        for entry in floor.state.confirmations.values()
        if entry.order == order
        and entry.state is not ConfirmationState.CANCELLED
        and not entry.reverses
    ]


def posted(world: World, order: str, operation: str) -> list[Row]:
    """Return what stands of an operation in the ERP."""
    return [
        row
        for row in world.s4.confirmations.values()
        if (row["OrderID"], row["OrderOperation"]) == (order, operation)
        and not row.get("IsReversed")
        and not row.get("IsReversal")
    ]

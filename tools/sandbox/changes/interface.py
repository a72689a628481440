"""The interface from a plant's shop floor to the ERP stands still, or runs again."""

from __future__ import annotations

from tools.sandbox.changes.change import Change, Code, Names
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.world import World


class Interface(Change):
    """While it is stopped, messages pile up in the queue of the plant's MES."""

    plant: Code
    stopped: bool = True

    def apply(self, world: World) -> Names:
        floor_of(world, self.plant).state.outbound.stopped = self.stopped
        return {}

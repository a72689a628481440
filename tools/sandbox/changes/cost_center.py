"""Controlling blocks a cost centre, or frees it."""

from __future__ import annotations

from tools.sandbox.changes.change import Change, Code, Names
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.s4.rows import flag
from tools.sandbox.world import World


class CostCenter(Change):
    """Whether anything may be charged to it."""

    cost_center: Code
    locked: bool = True

    def apply(self, world: World) -> Names:
        row = world.s4.cost_centers.get((self.cost_center,))
        if row is None:
            raise Impossible(f"the ERP has no cost centre {self.cost_center}")
        row["IsBlkdForPrimaryCostsPosting"] = flag(self.locked)
        row["IsBlkdForSecondaryCostsPosting"] = flag(self.locked)
        return {}

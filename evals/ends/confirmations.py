"""How many confirmations of an operation stand: neither reversed nor reversals."""

from __future__ import annotations

from typing import Literal

from evals.ends.end import End, Shown
from evals.ends.standing import posted, reported
from evals.part import Text
from tools.objects.identifiers import normal, operation_number
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.world import World


class Confirmations(End):
    """How many confirmations of an operation stand: neither reversed nor reversals."""

    system: Literal["erp", "mes"]
    what: Literal["confirmations"]
    order: Text
    operation: Text

    def read(self, world: World) -> Shown:
        """Count them."""
        order, step = normal(self.order), operation_number(self.operation)
        if self.system == "erp":
            return len(posted(world, order, step))
        entries = reported(floor_of_order(world, order), order)
        return sum(entry.operation == step for entry in entries)

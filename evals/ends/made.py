"""How much good quantity or scrap a system shows for an operation."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from evals.ends.end import End, Shown
from evals.ends.standing import posted
from evals.part import Text
from tools.objects.identifiers import normal, operation_number
from tools.objects.quantity import Quantity
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.s4.rows import ZERO
from tools.sandbox.world import World


class Made(End):
    """How much good quantity or scrap a system shows for an operation."""

    system: Literal["erp", "mes"]
    what: Literal["yield", "scrap"]
    order: Text
    operation: Text

    def read(self, world: World) -> Shown:
        """Ask the operation."""
        order, step = normal(self.order), operation_number(self.operation)
        if self.system == "mes":
            operations = floor_of_order(world, order).order(order).operations
            found = next(one for one in operations if one.number == step)
            return found.yielded if self.what == "yield" else found.scrapped
        rows = world.s4.operations_of(order)
        row = next(one for one in rows if one["ManufacturingOrderOperation"] == step)
        if self.what == "yield":
            return Quantity(row["OpTotalConfirmedYieldQty"], row["OperationUnit"])
        confirmed = posted(world, order, step)
        scrapped = (one.get("ConfirmationScrapQuantity", ZERO) for one in confirmed)
        return Quantity(sum(scrapped, Decimal(0)), row["OperationUnit"])

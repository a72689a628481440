"""How much of a component the ERP shows as withdrawn for an order."""

from __future__ import annotations

from typing import Literal

from evals.ends.end import End, Shown
from evals.part import Text
from tools.objects.identifiers import normal
from tools.objects.quantity import Quantity, total
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.s4.rows import ZERO
from tools.sandbox.world import World

SIGNS = {"261": 1, "262": -1}


class Withdrawn(End):
    """How much of a component the ERP shows as withdrawn for an order."""

    system: Literal["erp"]
    what: Literal["withdrawn"]
    order: Text
    material: Text

    def read(self, world: World) -> Shown:
        """Add up the order's components; what is none of them, from the documents."""
        order, material = normal(self.order), normal(self.material)
        if (order,) not in world.s4.orders:
            raise Impossible(f"the ERP has no order {order}")
        rows = [row for row in world.s4.components_of(order) if row["Material"] == material]
        taken = [Quantity(row["WithdrawnQuantity"], row["BaseUnit"]) for row in rows]
        return total(taken, taken[0].unit) if taken else _issued(world, order, material)


def _issued(world: World, order: str, material: str) -> Quantity:
    """Return what was issued of a material that is no component of the order."""
    result, unit = ZERO, world.s4.conversions[material].base_unit
    for row in world.s4.document_items.values():
        if (row["Material"], row.get("ManufacturingOrder")) == (material, order):
            result += SIGNS.get(row["GoodsMovementType"], 0) * row["QuantityInBaseUnit"]
    return Quantity(result, unit)

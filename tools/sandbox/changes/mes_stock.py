"""The shop floor counts this much of a material in one place."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType
from tools.sandbox.changes.change import Change, Code, Names, Portion
from tools.sandbox.floors.finding import floor_of, plant_of_material
from tools.sandbox.floors.keeping import base_unit, batch_for, location_for
from tools.sandbox.world import World


class MesStock(Change):
    """Stock in the MES, in the material's base unit; places as in ``erp_stock``."""

    material: Code
    quantity: Portion
    location: Code | None = None
    batch: Code | None = None
    type: StockType = StockType.UNRESTRICTED
    only: bool = False
    plant: Code | None = None

    def apply(self, world: World) -> Names:
        plant = plant_of_material(world, self.material, self.plant)
        location = location_for(world, self.material, plant, self.location)
        batch = batch_for(world, self.material, plant, self.batch)
        floor = floor_of(world, plant)
        if self.only:
            for line in floor.stock(self.material):
                floor.put_stock(replace(line, quantity=line.quantity.zero()))
        quantity = Quantity(self.quantity, base_unit(world, self.material))
        floor.put_stock(
            StockLine(self.material, plant, location, self.type, quantity, batch or None)
        )
        return {"location": location, "batch": batch}

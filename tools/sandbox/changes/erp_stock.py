"""The ERP shows this much of a material in one place, however that came about."""

from __future__ import annotations

from tools.objects.stock import StockType
from tools.sandbox.changes.change import Change, Code, Names, Portion
from tools.sandbox.floors.finding import plant_of_material
from tools.sandbox.floors.keeping import batch_for, location_for
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.s4.loading.stock import SAP_STOCK_TYPE
from tools.sandbox.s4.rows import ZERO
from tools.sandbox.world import World


class ErpStock(Change):
    """Stock in the ERP, in the material's base unit.

    By default the place is the one the material is issued from, its only batch, unrestricted use.
    ``only`` leaves none of the material anywhere else in the plant.
    """

    material: Code
    quantity: Portion
    location: Code | None = None
    batch: str | None = None
    type: StockType = StockType.UNRESTRICTED
    only: bool = False
    plant: Code | None = None

    def apply(self, world: World) -> Names:
        plant = plant_of_material(world, self.material, self.plant)
        location = location_for(world, self.material, plant, self.location)
        batch = batch_for(world, self.material, plant, self.batch)
        stock = world.s4.stock
        if self.only:
            for key in [key for key in stock if key[:2] == (self.material, plant)]:
                stock[key] = ZERO
        world.s4.locations.setdefault(plant, set()).add(location)
        kind = SAP_STOCK_TYPE[self.type]
        stock[StockKey(self.material, plant, location, batch, "", kind)] = self.quantity
        return {"location": location, "batch": batch}

"""The shop floor counts this much of a material in one place."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType
from tools.sandbox.changes.change import Change, Code, Names, Portion
from tools.sandbox.floors.finding import floor_of, plant_of_material
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.floors.keeping import batch_for, location_for
from tools.sandbox.world import World


class MesStock(Change):
    """Stock in the MES, in the material's base unit; places as in ``erp_stock``.

    For a material that only the MES knows, ``plant`` has to be named.
    """

    material: Code
    quantity: Portion
    location: Code | None = None
    batch: str | None = None
    type: StockType = StockType.UNRESTRICTED
    only: bool = False
    plant: Code | None = None

    def apply(self, world: World) -> Names:
        plant = self.plant or plant_of_material(world, self.material)
        floor = floor_of(world, plant)
        line = self._line(world, floor)
        if self.only:
            for other in floor.stock(self.material):
                floor.put_stock(replace(other, quantity=other.quantity.zero()))
        floor.put_stock(line)
        return {"location": line.location, "batch": line.batch or ""}

    def _line(self, world: World, floor: Floor) -> StockLine:
        """Return the line; what only the MES knows is kept as the MES says."""
        master, batch, location = floor.material(self.material), self.batch, self.location
        if master is None:
            raise Impossible(f"the MES knows no material {self.material}")
        if (self.material, floor.plant) in world.s4.product_plants:
            location = location_for(world, self.material, floor.plant, location)
            batch = batch_for(world, self.material, floor.plant, batch)
        return StockLine(
            material=self.material,
            plant=floor.plant,
            location=location or master.issue_location or "",
            type=self.type,
            quantity=Quantity(self.quantity, master.base_unit),
            batch=batch or None,
        )

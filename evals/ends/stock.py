"""How much of a material may be used at a place, in one batch or in all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from evals.ends.end import End, Shown
from evals.part import Text
from tools.objects.identifiers import normal
from tools.objects.quantity import Quantity, total
from tools.objects.stock import StockType
from tools.sandbox.floors.finding import floor_of, plant_of_material
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.world import World


class Stock(End):
    """How much of a material may be used at a place, in one batch or in all."""

    system: Literal["erp", "mes"]
    what: Literal["stock"]
    material: Text
    location: Text
    batch: Text | None = None
    plant: Text | None = None

    def read(self, world: World) -> Shown:
        """Add up what lies there unrestricted, in the base unit."""
        material = normal(self.material)
        plant = plant_of_material(world, material, self.plant)
        unit = world.s4.conversions[material].base_unit
        if self.system == "erp":
            return Quantity(sum(self._lying(world, material, plant), Decimal(0)), unit)
        return total(
            (
                line.quantity
                for line in floor_of(world, plant).stock(material)
                if line.type is StockType.UNRESTRICTED
                and line.location == self.location
                and self.batch in (None, line.batch)
            ),
            unit,
        )

    def _lying(self, world: World, material: str, plant: str) -> Iterator[Decimal]:
        for key, amount in world.s4.stock.items():
            batch = self.batch or key.batch
            if key == StockKey(material, plant, self.location, batch, "", "01"):
                yield amount

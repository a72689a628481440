"""Quality takes stock out of use in the ERP: back into inspection, or blocked."""

from __future__ import annotations

from enum import StrEnum

from tools.sandbox.changes.change import Change, Code, Minutes, Names, Portion, ago
from tools.sandbox.floors.finding import plant_of_material
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.floors.keeping import base_unit, batch_for, location_for
from tools.sandbox.s4.entries import Line, StockKey
from tools.sandbox.s4.rules.movements import Heading, post
from tools.sandbox.world import World


class Out(StrEnum):
    """Into which stock the material goes."""

    QUALITY = "quality"
    BLOCKED = "blocked"


_TYPES = {Out.QUALITY: "322", Out.BLOCKED: "344"}


class QualityStock(Change):
    """By default all that may be used in the place; places as in ``erp_stock``."""

    material: Code
    quantity: Portion | None = None
    location: Code | None = None
    batch: str | None = None
    to: Out = Out.QUALITY
    text: str = ""
    minutes_ago: Minutes = 45
    plant: Code | None = None

    def apply(self, world: World) -> Names:
        plant, at = (
            plant_of_material(world, self.material, self.plant),
            ago(world, self.minutes_ago),
        )
        location = location_for(world, self.material, plant, self.location)
        batch = batch_for(world, self.material, plant, self.batch)
        free = world.s4.on_hand(StockKey(self.material, plant, location, batch, "", "01"))
        quantity = free if self.quantity is None else self.quantity
        if not quantity:
            raise Impossible(f"{self.material} has nothing that may be used at {location}")
        line = Line(
            type=_TYPES[self.to],
            material=self.material,
            plant=plant,
            quantity=quantity,
            unit=base_unit(world, self.material),
            location=location,
            batch=batch,
            text=self.text[:50],
        )
        year, number = post(world.s4, Heading(at.date(), at, text=self.text[:25]), [line])
        return {"document": f"{number}/{year}", "quantity": f"{quantity.normalize():f}"}

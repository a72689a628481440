"""Somebody books a goods movement directly in the ERP."""

from __future__ import annotations

from tools.objects.movement import MovementType
from tools.sandbox.changes.change import (
    Change,
    Code,
    Minutes,
    Names,
    OrderNumber,
    Portion,
    UnitCode,
    ago,
)
from tools.sandbox.floors.finding import plant_of_material
from tools.sandbox.floors.keeping import base_unit, batch_for, location_for
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.rules.movements import Heading, post
from tools.sandbox.world import World


class ErpMovement(Change):
    """A material document of one line, by the ERP's own rules; places as in ``erp_stock``."""

    type: MovementType
    material: Code
    quantity: Portion
    unit: UnitCode | None = None
    location: Code | None = None
    batch: str | None = None
    to_location: Code | None = None
    order: OrderNumber | None = None
    cost_center: Code | None = None
    reason: Code | None = None
    text: str = ""
    reference: str = ""
    minutes_ago: Minutes = 30
    plant: Code | None = None

    def apply(self, world: World) -> Names:
        plant, at = (
            plant_of_material(world, self.material, self.plant),
            ago(world, self.minutes_ago),
        )
        line = Line(
            type=self.type.value,
            material=self.material,
            plant=plant,
            quantity=self.quantity,
            unit=self.unit or base_unit(world, self.material),
            location=location_for(world, self.material, plant, self.location),
            batch=batch_for(world, self.material, plant, self.batch),
            order=self.order or "",
            to_location=self.to_location or "",
            cost_center=self.cost_center or "",
            reason=self.reason or "",
            text=self.text[:50],
        )
        heading = Heading(at.date(), at, reference=self.reference[:16], text=self.text[:25])
        year, number = post(world.s4, heading, [line])
        return {"document": f"{number}/{year}"}

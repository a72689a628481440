"""The shop floor reports something as thrown away."""

from __future__ import annotations

from tools.objects.quantity import Quantity
from tools.objects.scrap import ScrapReport as Report
from tools.sandbox.changes.change import (
    Change,
    Code,
    Minutes,
    Names,
    OperationNumber,
    OrderNumber,
    Portion,
    UnitCode,
    ago,
)
from tools.sandbox.changes.uses import operation_in_work
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.keeping import base_unit
from tools.sandbox.world import World


class ScrapReport(Change):
    """Scrap of the order's product, or of the component that ``material`` names."""

    order: OrderNumber
    quantity: Portion
    operation: OperationNumber | None = None
    material: Code | None = None
    unit: UnitCode | None = None
    reason: Code = "S01"
    note: str = ""
    operator: Code | None = None
    minutes_ago: Minutes = 15

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        order = floor.order(self.order)
        material = self.material or order.material
        number = f"SR{order.number}-{len(floor.state.scraps) + 1}"
        unit = self.unit or base_unit(world, material)
        floor.state.scraps.append(
            Report(
                number=number,
                plant=floor.plant,
                order=order.number,
                operation=operation_in_work(order, self.operation).number,
                material=material,
                quantity=Quantity(self.quantity, unit),
                reason=self.reason,
                reported_at=ago(world, self.minutes_ago),
                operator=self.operator or f"OP{floor.plant}07",
                component=material != order.material,
                note=self.note,
            )
        )
        return {"scrap": number}

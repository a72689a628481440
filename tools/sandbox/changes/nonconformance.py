"""The shop floor logs a defect."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tools.objects.nonconformance import Nonconformance as Defect
from tools.objects.nonconformance import Severity
from tools.objects.quantity import Quantity
from tools.sandbox.changes.change import (
    Amount,
    Change,
    Code,
    Minutes,
    Names,
    OperationNumber,
    OrderNumber,
    ago,
)
from tools.sandbox.changes.uses import operation_in_work
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.keeping import base_unit
from tools.sandbox.world import World


class Nonconformance(Change):
    """A defect of the order's product, or of the component that ``material`` names.

    ``closed`` says that quality has settled it already.
    """

    order: OrderNumber
    code: Code
    quantity: Annotated[Amount, Field(gt=0)]
    severity: Severity = Severity.MAJOR
    operation: OperationNumber | None = None
    material: Code | None = None
    batch: str | None = None
    note: str = ""
    minutes_ago: Minutes = 12
    closed: bool = False

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        order = floor.order(self.order)
        material = self.material or order.material
        number = f"NC{floor.plant}{len(floor.state.nonconformances) + 1:04d}"
        floor.state.nonconformances.append(
            Defect(
                number=number,
                plant=floor.plant,
                order=order.number,
                operation=operation_in_work(order, self.operation).number,
                material=material,
                code=self.code,
                quantity=Quantity(self.quantity, base_unit(world, material)),
                severity=self.severity,
                logged_at=ago(world, self.minutes_ago),
                batch=self.batch or None,
                open=not self.closed,
                note=self.note,
            )
        )
        return {"nonconformance": number}

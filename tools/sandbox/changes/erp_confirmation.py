"""A clerk confirms an operation directly in the ERP."""

from __future__ import annotations

from decimal import Decimal

from tools.objects.quantity import Quantity
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
from tools.sandbox.changes.uses import Use, used
from tools.sandbox.floors.finding import plant_of_order
from tools.sandbox.floors.keeping import erp_components
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.rules.confirming import Report, confirm, operation_row
from tools.sandbox.world import World


class ErpConfirmation(Change):
    """A confirmation in the ERP, by its own rules; the MES is not told.

    Components are used as in ``mes_confirmation``; with ``moves`` false nothing is. ``reference``
    is the key a sender would have given it (a GUID).
    """

    order: OrderNumber
    operation: OperationNumber
    yielded: Portion = Decimal(0)
    scrapped: Portion = Decimal(0)
    reworked: Portion = Decimal(0)
    unit: UnitCode | None = None
    final: bool = False
    uses: tuple[Use, ...] = ()
    moves: bool = True
    note: str = ""
    reason: Code | None = None
    reference: str | None = None
    minutes_ago: Minutes = 10

    def apply(self, world: World) -> Names:
        at = ago(world, self.minutes_ago)
        report = Report(
            order=self.order,
            operation=self.operation,
            posting_date=at.date(),
            unit=self.unit or "",
            yielded=self.yielded,
            scrapped=self.scrapped,
            reworked=self.reworked,
            final=self.final,
            lines=self._lines(world) if self.moves else (),
            details={
                "ConfirmationText": self.note[:40],
                "VarianceReasonCode": (self.reason or "")[:4],
                "ExternalSystemConfirmation": self.reference,
            },
        )
        key = confirm(world.s4, report, at)
        made = [row for row in world.s4.confirmation_movements if row[:2] == key]
        names = {"confirmation": "/".join(key)}
        return names | ({"document": f"{made[0][2]}/{made[0][4]}"} if made else {})

    def _lines(self, world: World) -> tuple[Line, ...]:
        row, plant = operation_row(world.s4, self.order, self.operation), self._plant(world)
        unit = row["OperationUnit"]
        uses = used(
            world,
            plant,
            [one for one in erp_components(world, self.order) if one.operation == self.operation],
            Quantity(self.yielded + self.scrapped + self.reworked, unit),
            Quantity(row["OpPlannedTotalQuantity"], unit),
            self.uses,
        )
        return tuple(
            Line(
                type="261",
                material=use.material,
                plant=plant,
                quantity=use.quantity.amount,
                unit=use.quantity.unit,
                location=use.location or "",
                batch=use.batch or "",
                order=self.order,
                reservation=use.reservation or "",
                item=use.item or "",
            )
            for use in uses
        )

    def _plant(self, world: World) -> str:
        return plant_of_order(world, self.order)

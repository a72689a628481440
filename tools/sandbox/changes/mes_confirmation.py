"""An operator reports on the shop floor what an operation has made and used."""

from __future__ import annotations

from decimal import Decimal

from pydantic import model_validator

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
from tools.sandbox.changes.outcome import Refused, Way, let_go
from tools.sandbox.changes.uses import Activity, Use, operation_in_work, used
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Reported
from tools.sandbox.world import World


class MesConfirmation(Change):
    """A confirmation in the MES, and how far its message has come (see ``outcome.Way``).

    The operation is by default the one in work. Components in ``uses`` are used as said there, the
    others as planned; with ``others`` false they are not used at all.
    """

    order: OrderNumber
    operation: OperationNumber | None = None
    yielded: Portion = Decimal(0)
    scrapped: Portion = Decimal(0)
    reworked: Portion = Decimal(0)
    unit: UnitCode | None = None
    final: bool = False
    uses: tuple[Use, ...] = ()
    others: bool = True
    activities: tuple[Activity, ...] = ()
    note: str = ""
    operator: Code | None = None
    reason: Code | None = None
    minutes_ago: Minutes = 10
    state: Way | None = None
    refusal: Refused | None = None

    @model_validator(mode="after")
    def _refusal_of_a_refused_one(self) -> MesConfirmation:
        if self.refusal is not None and self.state not in {None, Way.REFUSED}:
            raise ValueError(f"a confirmation that is {self.state} has no refusal")
        return self

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        order = floor.order(self.order)
        operation = operation_in_work(order, self.operation)
        unit = self.unit or operation.planned.unit
        made = Quantity(self.yielded + self.scrapped + self.reworked, unit)
        components = [
            one for one in floor.components(self.order) if one.operation == operation.number
        ]
        planned = used(world, floor.plant, components, made, operation.planned, self.uses)
        named = {use.material for use in self.uses}
        at = ago(world, self.minutes_ago)
        entry = floor.report(
            Reported(
                order=self.order,
                operation=operation.number,
                yielded=Quantity(self.yielded, unit),
                scrapped=Quantity(self.scrapped, unit),
                reworked=Quantity(self.reworked, unit),
                at=at,
                final=self.final,
                operator=self.operator or f"OP{floor.plant}07",
                reason=self.reason,
                note=self.note,
                uses=tuple(use for use in planned if self.others or use.material in named),
                activities=tuple(activity.use for activity in self.activities),
            )
        )
        way = self.state or (Way.REFUSED if self.refusal else Way.POSTED)
        came_of_it = let_go(world, floor, entry, way, self.refusal, at)
        return {
            "confirmation": entry.number,
            "operation": operation.number,
            "reference": entry.reference or "",
            **came_of_it,
        }

"""The shop floor corrects the quantities of a report after it was sent; the ERP is not told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tools.objects.confirmation import Confirmation
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity
from tools.sandbox.changes.change import Change, Code, Names, OrderNumber, Portion
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.world import World


class MesCorrection(Change):
    """The right quantities of a confirmation, in its unit; what is not said stays as it is.

    The operation's own count follows, unless ``counted`` is false.
    """

    order: OrderNumber
    confirmation: Code
    yielded: Portion | None = None
    scrapped: Portion | None = None
    reworked: Portion | None = None
    note: str | None = None
    counted: bool = True

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        before = floor.confirmation(self.confirmation)
        after = replace(
            before,
            yielded=_said(self.yielded, before.yielded),
            scrapped=_said(self.scrapped, before.scrapped),
            reworked=_said(self.reworked, before.reworked),
            note=before.note if self.note is None else self.note,
        )
        floor.put_confirmation(after)
        if self.counted:
            floor.put_order(_recounted(floor.order(self.order), before, after))
        return {}


def _said(amount: Decimal | None, before: Quantity) -> Quantity:
    return before if amount is None else Quantity(amount, before.unit)


def _recounted(
    order: ProductionOrder, before: Confirmation, after: Confirmation
) -> ProductionOrder:
    steps = tuple(
        replace(
            step,
            yielded=step.yielded + after.yielded - before.yielded,
            scrapped=step.scrapped + after.scrapped - before.scrapped,
        )
        if step.number == before.operation
        else step
        for step in order.operations
    )
    scrapped = order.scrapped + after.scrapped - before.scrapped
    return replace(order, operations=steps, yielded=steps[-1].yielded, scrapped=scrapped)

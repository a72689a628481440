"""A clerk posts scrap for an operation directly in the ERP."""

from __future__ import annotations

from tools.sandbox.changes.change import (
    Change,
    Code,
    Minutes,
    Names,
    OperationNumber,
    OrderNumber,
    Portion,
    ago,
)
from tools.sandbox.s4.rules.confirming import Report, confirm
from tools.sandbox.world import World


class ErpScrap(Change):
    """A confirmation in the ERP that says nothing but scrap, and moves no goods."""

    order: OrderNumber
    operation: OperationNumber
    quantity: Portion
    reason: Code | None = None
    note: str = ""
    minutes_ago: Minutes = 10

    def apply(self, world: World) -> Names:
        at = ago(world, self.minutes_ago)
        report = Report(
            order=self.order,
            operation=self.operation,
            posting_date=at.date(),
            scrapped=self.quantity,
            lines=(),
            details={
                "ConfirmationText": self.note[:40],
                "VarianceReasonCode": (self.reason or "")[:4],
            },
        )
        return {"confirmation": "/".join(confirm(world.s4, report, at))}

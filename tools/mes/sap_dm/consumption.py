"""What the steps of an order have consumed: ``processorder/v2/goodsIssue/summary``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tools.mes.sap_dm.forms import MaterialName, Named, operation_of
from tools.mes.sap_dm.plant import Dm
from tools.mes.sap_dm.steps import Executed
from tools.objects.identifiers import normal
from tools.objects.quantity import Quantity
from tools.shape import Shape


class ConsumedAmount(Shape):
    """A quantity; DM leaves the unit out where nothing was consumed."""

    value: Decimal | None = None
    unitOfMeasure: Named | None = None


class ConsumedRow(Shape):
    """One material at one step."""

    materialId: MaterialName
    consumedQuantity: ConsumedAmount | None = None


class SummaryRow(Shape):
    """One step."""

    lineItems: tuple[ConsumedRow, ...] | None = None


@dataclass(frozen=True, slots=True)
class Consumed:
    """A material a step is to consume, with what it has; nothing so far is None."""

    operation: str
    material: str
    quantity: Quantity | None


async def consumed(dm: Dm, order: str, executed: Iterable[Executed]) -> tuple[Consumed, ...]:
    """Read what every step of an order has consumed, substitutes included, all at once."""
    steps = [
        (sfc.row.sfc, step.operation.operation, step.stepId)
        for sfc in executed
        for step in sfc.row.steps
    ]
    found = await asyncio.gather(*(_at_step(dm, order, *step) for step in steps))
    return tuple(one for rows in found for one in rows)


async def _at_step(dm: Dm, order: str, sfc: str, activity: str, step: str) -> tuple[Consumed, ...]:
    row = await dm.one(
        "processorder/v2/goodsIssue/summary",
        SummaryRow,
        plant=dm.plant,
        order=order,
        sfc=sfc,
        operationActivity=activity,
        stepId=step,
    )
    return tuple(
        Consumed(
            operation_of(activity), normal(one.materialId.material), _taken(one.consumedQuantity)
        )
        for one in row.lineItems or ()
    )


def _taken(amount: ConsumedAmount | None) -> Quantity | None:
    if amount is None or not amount.value or amount.unitOfMeasure is None:
        return None
    return Quantity(amount.value, amount.unitOfMeasure.internal)

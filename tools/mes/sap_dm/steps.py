"""The steps of an order: those of its units of execution, added up.

``sfc/v2/sfcdetail`` has the quantities, ``sfc/v1/stepActivity`` the times.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from tools.mes.sap_dm.forms import Moment, operation_of
from tools.mes.sap_dm.plant import Dm
from tools.objects.order import Operation, OrderStatus
from tools.objects.quantity import Quantity
from tools.shape import Shape


class OperationName(Shape):
    """An operation activity."""

    operation: str
    description: str | None = None


class StepRow(Shape):
    """A step of an SFC."""

    stepId: str
    operation: OperationName
    plannedWorkCenter: str | None = None
    resource: str | None = None
    stepDone: bool
    quantityDone: Decimal
    quantityScrapped: Decimal
    quantityInQueue: Decimal
    quantityInWork: Decimal
    operationScheduledStartDateTime: Moment | None = None
    operationScheduledCompleteDateTime: Moment | None = None


class SfcRow(Shape):
    """A unit of execution with its steps."""

    sfc: str
    steps: tuple[StepRow, ...]


class StepTimes(Shape):
    """When a step was worked on."""

    stepId: str
    firstStartTime: Moment | None = None
    lastCompleteTime: Moment | None = None


class SfcTimes(Shape):
    """When the steps of a unit of execution were worked on."""

    sfc: str
    steps: tuple[StepTimes, ...]


@dataclass(frozen=True, slots=True)
class Executed:
    """An SFC: its steps, and when each was worked on."""

    row: SfcRow
    times: SfcTimes


async def all_executed(dm: Dm, sfcs: Iterable[str]) -> tuple[Executed, ...]:
    """Read units of execution, all at once."""
    return tuple(await asyncio.gather(*(_executed(dm, sfc) for sfc in sfcs)))


async def _executed(dm: Dm, sfc: str) -> Executed:
    row, times = await asyncio.gather(
        dm.one("sfc/v2/sfcdetail", SfcRow, plant=dm.plant, sfc=sfc, includeSfcSteps="true"),
        dm.one("sfc/v1/stepActivity", SfcTimes, plant=dm.plant, sfc=sfc),
    )
    return Executed(row, times)


def operations(executed: Iterable[Executed], planned: Quantity) -> tuple[Operation, ...]:
    """Add the steps of all units of execution up, operation by operation."""
    found: dict[str, Operation] = {}
    for sfc in executed:
        times = {one.stepId: one for one in sfc.times.steps}
        for step in sfc.row.steps:
            number = operation_of(step.operation.operation)
            own = _operation(number, step, times.get(step.stepId), planned)
            found[number] = _together(found[number], own) if number in found else own
    return tuple(found[number] for number in sorted(found))


def _operation(number: str, step: StepRow, times: StepTimes | None, planned: Quantity) -> Operation:
    started = times.firstStartTime if times else None
    ended = times.lastCompleteTime if times and step.stepDone else None
    return Operation(
        number=number,
        work_center=step.plannedWorkCenter or "",
        description=step.operation.description or "",
        planned=planned,
        yielded=Quantity(step.quantityDone, planned.unit),
        scrapped=Quantity(step.quantityScrapped, planned.unit),
        status=_step_status(step, started),
        started_at=started,
        finished_at=ended,
    )


def _step_status(step: StepRow, started: datetime | None) -> OrderStatus:
    if step.stepDone:
        return OrderStatus.CONFIRMED
    return OrderStatus.IN_PROGRESS if started else OrderStatus.CREATED


def _together(one: Operation, other: Operation) -> Operation:
    both = {one.status, other.status}
    starts = [at for at in (one.started_at, other.started_at) if at]
    ends = [at for at in (one.finished_at, other.finished_at) if at]
    return replace(
        one,
        yielded=one.yielded + other.yielded,
        scrapped=one.scrapped + other.scrapped,
        status=one.status if len(both) == 1 else OrderStatus.IN_PROGRESS,
        started_at=min(starts) if starts else None,
        finished_at=max(ends) if len(ends) == 2 else None,
    )

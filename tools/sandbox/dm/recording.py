"""A confirmation as DM takes it, and its cancellation. [sandbox] rules throughout.

The order must be in execution and not on hold, the operation not finally confirmed, and no more
may be reported than the plan with its over-delivery tolerance. Consumption that is reported along
is booked with it, all or nothing. Where none is reported, what is to be backflushed is taken as
planned; if the line has too little of it, DM only tells the ERP.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.order import Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.units import rounded
from tools.sandbox.dm.booking import book, in_base_unit, reverse
from tools.sandbox.dm.orders import RUNNING, started
from tools.sandbox.dm.outbound import message_about, queue_confirmation, withdraw
from tools.sandbox.dm.refusal import Refused, unknown, wrong
from tools.sandbox.dm.sfc import change, finish, operation_named, sfc_status
from tools.sandbox.dm.state import DmState, Record
from tools.sandbox.outgoing import Purpose


@dataclass(frozen=True)
class Report:
    """What is to be confirmed; ``uses`` None leaves the consumption to backflush."""

    order: ProductionOrder
    operation: str
    yielded: Quantity
    scrapped: Quantity
    reworked: Quantity
    posted_by: str
    posted_at: datetime
    final: bool = False
    work_center: str | None = None
    reason: str | None = None
    note: str = ""
    reference: str | None = None
    uses: tuple[MaterialUse, ...] | None = None
    activities: tuple[ActivityUse, ...] = ()


def record(state: DmState, report: Report, now: datetime) -> Confirmation:
    """Take a confirmation and queue it for the ERP."""
    report = _in_base_units(state, report)
    order = report.order
    operation = operation_named(order, report.operation)
    _allow(state, report, operation)
    uses = report.uses
    if uses is None:
        uses, documents = _backflush(state, report, operation, now)
    else:
        documents = _consume(state, report, uses, operation, now)
    entry = Confirmation(
        number=state.draw(Record.CONFIRMATION),
        order=order.number,
        operation=operation.number,
        yielded=report.yielded,
        scrapped=report.scrapped,
        reworked=report.reworked,
        state=ConfirmationState.PENDING,
        posting_date=report.posted_at.date(),
        entered_at=now,
        final=report.final,
        work_center=report.work_center or operation.work_center,
        operator=report.posted_by,
        variance_reason=report.reason,
        note=report.note,
        reference=report.reference,
        uses=uses,
        activities=report.activities,
        documents=documents,
    )
    state.confirmations[entry.number] = entry
    _count(state, order, operation, entry, now)
    queue_confirmation(state, Purpose.CONFIRMATION, entry, now)
    return entry


def cancel(state: DmState, number: str, reference: str | None, now: datetime) -> Confirmation:
    """Cancel a confirmation by a reversing one; the ERP is told if it had the first."""
    entry = confirmation(state, number)
    if entry.state is ConfirmationState.CANCELLED or entry.reverses:
        raise wrong("confirmation.cancelled", f"confirmation {number} is cancelled already")
    known_to_erp = not withdraw(state, number)
    documents = tuple(
        reverse(state, document, now, reference, "").number
        for document in entry.documents
        if document in state.documents
    )
    undone = replace(
        entry,
        number=state.draw(Record.CONFIRMATION),
        state=ConfirmationState.PENDING if known_to_erp else ConfirmationState.CANCELLED,
        entered_at=now,
        posting_date=now.date(),
        final=False,
        reference=reference,
        reverses=number,
        documents=documents,
    )
    state.confirmations[number] = replace(entry, state=ConfirmationState.CANCELLED)
    state.confirmations[undone.number] = undone
    _discount(state, entry)
    if known_to_erp:
        cancelled = state.confirmations[number]
        queue_confirmation(state, Purpose.CONFIRMATION_CANCELLATION, cancelled, now)
    return undone


def hold(state: DmState, number: str) -> Confirmation:
    """Keep a confirmation from being sent to the ERP."""
    entry = confirmation(state, number)
    if entry.state not in {ConfirmationState.PENDING, ConfirmationState.REFUSED}:
        raise wrong("confirmation.notPending", f"confirmation {number} is {entry.state}")
    withdraw(state, number)
    state.confirmations[number] = replace(entry, state=ConfirmationState.HELD)
    return state.confirmations[number]


def free(state: DmState, number: str, now: datetime) -> Confirmation:
    """Let a held confirmation go to the ERP."""
    entry = confirmation(state, number)
    if entry.state is not ConfirmationState.HELD:
        raise wrong("confirmation.notHeld", f"confirmation {number} is {entry.state}")
    state.confirmations[number] = replace(entry, state=ConfirmationState.PENDING)
    message = message_about(state, number)
    if message is not None:
        state.inactive.add(message.number)
    queue_confirmation(state, Purpose.CONFIRMATION, state.confirmations[number], now)
    return state.confirmations[number]


def confirmation(state: DmState, number: str) -> Confirmation:
    """Return a confirmation, or refuse."""
    if number not in state.confirmations:
        raise unknown("confirmation", number)
    return state.confirmations[number]


def _allow(state: DmState, report: Report, operation: Operation) -> None:
    order = report.order
    if sfc_status(state, order) == "HOLD":
        raise wrong("sfc.onHold", f"order {order.number} is on hold")
    if order.status not in RUNNING:
        raise wrong("order.notInExecution", f"order {order.number} is not in execution")
    if operation.finished_at:
        raise wrong("operation.completed", f"operation {operation.number} is finally confirmed")
    reported = (report.yielded, report.scrapped, report.reworked)
    if not (any(reported) or report.activities or report.final):
        raise wrong("quantity.missing", "there is nothing to confirm")
    whole = operation.yielded + operation.scrapped + report.yielded + report.scrapped
    limit = operation.planned * (1 + state.over_tolerance / 100)
    if limit < whole:
        raise wrong(
            "quantity.exceedsTolerance",
            f"{whole} would be reported for {operation.number}, at most {limit} may be",
        )


def _in_base_units(state: DmState, report: Report) -> Report:
    def based(quantity: Quantity) -> Quantity:
        return in_base_unit(state, report.order.plant, report.order.material, quantity)

    return replace(
        report,
        yielded=based(report.yielded),
        scrapped=based(report.scrapped),
        reworked=based(report.reworked),
    )


def _backflush(
    state: DmState, report: Report, operation: Operation, now: datetime
) -> tuple[tuple[MaterialUse, ...], tuple[str, ...]]:
    """Return what a confirmation uses by plan, and the document by which DM took it."""
    made = report.yielded + report.scrapped + report.reworked
    uses = tuple(
        MaterialUse(
            material=one.material,
            quantity=rounded(one.required * (made.amount / operation.planned.amount)),
            location=one.location,
            batch=one.batch,
            reservation=one.reservation,
            item=one.item,
        )
        for one in state.components.get(report.order.number, ())
        if one.backflushed and one.operation == operation.number and made
    )
    try:
        return uses, _consume(state, report, uses, operation, now)
    except Refused:
        return uses, ()


def _consume(
    state: DmState,
    report: Report,
    uses: tuple[MaterialUse, ...],
    operation: Operation,
    now: datetime,
) -> tuple[str, ...]:
    lines = tuple(
        GoodsMovement(
            type=MovementType.ISSUE_ORDER,
            material=use.material,
            plant=report.order.plant,
            quantity=use.quantity,
            location=use.location,
            batch=use.batch,
            order=report.order.number,
            operation=operation.number,
            reservation=use.reservation,
            item=use.item,
        )
        for use in uses
        if use.quantity
    )
    if not lines:
        return ()
    document = book(state, lines, now, posted_at=report.posted_at, reference=report.reference)
    return (document.number,)


def _count(
    state: DmState,
    order: ProductionOrder,
    operation: Operation,
    entry: Confirmation,
    now: datetime,
) -> None:
    order = started(state, order)
    counted = replace(
        operation,
        yielded=operation.yielded + entry.yielded,
        scrapped=operation.scrapped + entry.scrapped,
        status=OrderStatus.IN_PROGRESS,
        started_at=operation.started_at or now,
    )
    order = change(state, order, counted)
    _add_up(state, order)
    _reduce_work(state, entry)
    if entry.final:
        finish(state, state.orders[order.number], counted, now)


def _discount(state: DmState, entry: Confirmation) -> None:
    order = state.orders[entry.order]
    operation = operation_named(order, entry.operation)
    reopened = replace(
        operation,
        yielded=operation.yielded - entry.yielded,
        scrapped=operation.scrapped - entry.scrapped,
        status=OrderStatus.IN_PROGRESS,
        finished_at=None if entry.final else operation.finished_at,
    )
    order = change(state, order, reopened)
    if order.status is OrderStatus.CONFIRMED and not reopened.finished_at:
        state.orders[order.number] = replace(order, status=OrderStatus.IN_PROGRESS)
    _add_up(state, state.orders[order.number])


def _add_up(state: DmState, order: ProductionOrder) -> None:
    scrapped = order.quantity.zero()
    for operation in order.operations:
        scrapped = scrapped + operation.scrapped
    done = order.operations[-1].yielded if order.operations else order.yielded
    state.orders[order.number] = replace(order, yielded=done, scrapped=scrapped)


def _reduce_work(state: DmState, entry: Confirmation) -> None:
    made = entry.yielded + entry.scrapped
    state.work_in_progress = [
        replace(wip, quantity=max(wip.quantity - made, wip.quantity.zero()))
        if (wip.order, wip.operation) == (entry.order, entry.operation)
        else wip
        for wip in state.work_in_progress
    ]

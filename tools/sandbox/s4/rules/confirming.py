"""Confirming an operation: what was made is booked at once, its movements may fail and wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tools.objects.identifiers import normal, operation_number
from tools.sandbox.s4.entries import Line, Waiting
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import ZERO, Key, Row, clock_time, flag, midnight
from tools.sandbox.s4.rules.checking import Booking, Ledger, check, planned_with_tolerance
from tools.sandbox.s4.rules.confirmation_rows import (
    confirmation_header,
    link_movements,
    next_number,
)
from tools.sandbox.s4.rules.locks import material_lock, order_lock, require_free
from tools.sandbox.s4.rules.measures import expressed, spoken
from tools.sandbox.s4.rules.movement_types import Books
from tools.sandbox.s4.rules.movements import Heading, require_period, write
from tools.sandbox.s4.rules.order_status import (
    order_row,
    require_confirmable,
    show_confirmation,
    touch,
)
from tools.sandbox.s4.rules.proposing import backflush
from tools.sandbox.s4.state import S4


@dataclass(frozen=True, slots=True)
class Report:
    """What a request wants confirmed.

    ``lines`` None asks for the backflush S/4 proposes, an empty tuple for no movement at all.
    ``details`` are properties that are stored as they came.
    """

    order: str
    operation: str
    posting_date: date
    unit: str = ""
    yielded: Decimal = ZERO
    scrapped: Decimal = ZERO
    reworked: Decimal = ZERO
    final: bool = False
    clear_reservations: bool = False
    lines: tuple[Line, ...] | None = None
    activities: Row = field(default_factory=dict[str, Any])
    details: Row = field(default_factory=dict[str, Any])


def confirm(state: S4, report: Report, now: datetime) -> Key:
    """Book a confirmation; return its group and counter.

    Raises:
        Locked: Another user works on the order.
        Refused: Status, quantity, unit or posting date forbid it.
    """
    order = order_row(state, report.order)
    number = order["ManufacturingOrder"]
    require_free(state, [order_lock(number)], now)
    require_confirmable(order)
    operation = operation_row(state, number, report.operation)
    require_period(state, report.posting_date, [order["ProductionPlant"]])
    made = _in_operation_unit(state, order, operation, report)
    _require_room(state, order, operation, report, made)
    key = next_number(state, number, operation["ManufacturingOrderOperation"])
    state.confirmations[key] = {
        **confirmation_header(order, operation, *key),
        **_quantities(operation, report),
        **report.activities,
        **report.details,
        "APIConfHasNoGoodsMovements": report.lines == (),
        "PostingDate": midnight(report.posting_date),
        "ConfirmationEntryDate": midnight(now.date()),
        "ConfirmationEntryTime": clock_time(now),
        "EnteredByUser": state.user,
    }
    _tell_operation(operation, report, made, now)
    show_confirmation(state, number)
    lines = report.lines
    if lines is None:
        lines = tuple(backflush(state, order, operation, sum(made, ZERO)))
    _move(state, key, Heading(report.posting_date, now), lines)
    if report.clear_reservations:
        _clear_reservations(state, operation)
    touch(state, number, now)
    return key


def operation_row(state: S4, order: str, operation: str) -> Row:
    """Return one operation of an order.

    Raises:
        Refused: The order has none of that number.
    """
    for row in state.operations_of(normal(order)):
        if row["ManufacturingOrderOperation"] == operation_number(operation):
            return row
    raise Refused(Cause.OPERATION_UNKNOWN, order, operation)


def _in_operation_unit(
    state: S4, order: Row, operation: Row, report: Report
) -> tuple[Decimal, Decimal, Decimal]:
    unit = operation["OperationUnit"]
    yielded, scrapped, reworked = (
        expressed(state, order["Material"], amount, report.unit or unit, unit)
        for amount in (report.yielded, report.scrapped, report.reworked)
    )
    if min(yielded, scrapped, reworked) < 0:
        raise Refused(Cause.NOT_POSITIVE)
    return yielded, scrapped, reworked


def _require_room(
    state: S4, order: Row, operation: Row, report: Report, made: tuple[Decimal, Decimal, Decimal]
) -> None:
    """Refuse what says nothing, comes after the end, or exceeds the tolerance."""
    number, step = order["ManufacturingOrder"], operation["ManufacturingOrderOperation"]
    if not any(made) and not report.activities and not report.final:
        raise Refused(Cause.NOTHING_TO_CONFIRM)
    if operation["OperationIsConfirmed"]:
        raise Refused(Cause.FINALLY_CONFIRMED, step, number)
    planned = operation["OpPlannedTotalQuantity"]
    after = operation["OpTotalConfirmedYieldQty"] + made[0]
    limit = planned_with_tolerance(state, order["Material"], order["ProductionPlant"], planned)
    if after > limit:
        spoken_unit = spoken(operation["OperationUnit"])
        raise Refused(Cause.OVER_TOLERANCE, after, spoken_unit, step, planned, spoken_unit)


def _quantities(operation: Row, report: Report) -> Row:
    return {
        "ConfirmationUnit": report.unit or operation["OperationUnit"],
        "ConfirmationYieldQuantity": report.yielded,
        "ConfirmationScrapQuantity": report.scrapped,
        "ConfirmationReworkQuantity": report.reworked,
        "FinalConfirmationType": flag(report.final),
        "IsFinalConfirmation": report.final,
        "OpenReservationsIsCleared": report.clear_reservations,
    }


def _tell_operation(
    operation: Row, report: Report, made: tuple[Decimal, Decimal, Decimal], now: datetime
) -> None:
    operation["OpTotalConfirmedYieldQty"] += made[0]
    operation["OperationIsConfirmed"] = flag(report.final)
    operation["OperationIsPartiallyConfirmed"] = flag(not report.final)
    if not operation.get("OpActualExecutionStartDate"):
        operation["OpActualExecutionStartDate"] = midnight(now.date())
        operation["OpActualExecutionStartTime"] = clock_time(now)
    if report.final:
        operation["OpActualExecutionEndDate"] = midnight(now.date())
        operation["OpActualExecutionEndTime"] = clock_time(now)


def _move(state: S4, key: Key, heading: Heading, lines: Iterable[Line]) -> None:
    """Book each movement that can be booked; let the others wait.

    Receipts and issues get a document each, as in SAP.
    """
    ledger, receipts, issues = Ledger(state), list[Booking](), list[Booking]()
    for line in lines:
        try:
            require_free(state, [material_lock(line.material, line.plant)], heading.now)
            booking = check(ledger, line)
        except Refused as refusal:
            _wait(state, key, line, refusal, heading.now)
            continue
        (receipts if booking.kind.books is Books.DELIVERED else issues).append(booking)
    for bookings in (issues, receipts):
        if bookings:
            link_movements(state, key, write(state, heading, bookings))


def _wait(state: S4, key: Key, line: Line, refusal: Refused, now: datetime) -> None:
    state.waiting.append(
        Waiting(
            group=key[0],
            count=key[1],
            order=state.confirmations[key]["OrderID"],
            line=line,
            code=refusal.code,
            text=refusal.text,
            since=now,
        )
    )


def _clear_reservations(state: S4, operation: Row) -> None:
    for row in state.components_of(operation["ManufacturingOrder"]):
        if row["ManufacturingOrderOperation"] == operation["ManufacturingOrderOperation"]:
            row["ReservationIsFinallyIssued"] = True

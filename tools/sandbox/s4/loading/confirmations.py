"""Confirmations of the past, the movements they made, and the movements that failed and wait."""

from __future__ import annotations

from uuid import UUID

from tools.book import PlantBook
from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.identifiers import operation_number
from tools.sandbox.s4.entries import Line, Waiting
from tools.sandbox.s4.loading.documents import document_key
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.refusal import Cause
from tools.sandbox.s4.rows import Row, clock_time, midnight
from tools.sandbox.s4.rules.confirmation_rows import (
    ACTIVITIES,
    confirmation_header,
    link_movements,
)
from tools.sandbox.s4.state import S4

_IN_THE_BOOKS = frozenset({ConfirmationState.POSTED, ConfirmationState.CANCELLED})


def load_confirmations(state: S4, book: PlantBook) -> None:
    """Write the confirmations that reached the ERP."""
    for confirmation in book.erp.confirmations:
        if confirmation.state not in _IN_THE_BOOKS or (confirmation.order,) not in state.orders:
            continue
        group, _, count = confirmation.number.partition("/")
        state.numbers.seen(Range.CONFIRMATION, group)
        state.confirmations[(group, count)] = _row(state, confirmation, group, count)
        for document in confirmation.documents:
            link_movements(state, (group, count), document_key(document))
        for use in confirmation.failed:
            _wait(state, book, confirmation, use)


def _row(state: S4, confirmation: Confirmation, group: str, count: str) -> Row:
    order = state.orders[(confirmation.order,)]
    operation = next(
        row
        for row in state.operations_of(confirmation.order)
        if row["ManufacturingOrderOperation"] == operation_number(confirmation.operation)
    )
    row = confirmation_header(order, operation, group, count)
    row |= {
        "ConfirmationText": confirmation.note[:40],
        "FinalConfirmationType": "X" if confirmation.final else "",
        "IsFinalConfirmation": confirmation.final,
        "IsReversed": confirmation.state is ConfirmationState.CANCELLED,
        "IsReversal": confirmation.reverses is not None,
        "ConfirmationEntryDate": midnight(confirmation.entered_at.date()),
        "ConfirmationEntryTime": clock_time(confirmation.entered_at),
        "EnteredByUser": state.user,
        "ExternalSystemConfirmation": _guid(confirmation.reference),
        "Personnel": (confirmation.operator or "")[:8],
        "PostingDate": midnight(confirmation.posting_date),
        "ConfirmationUnit": confirmation.yielded.unit,
        "ConfirmationYieldQuantity": confirmation.yielded.amount,
        "ConfirmationScrapQuantity": confirmation.scrapped.amount,
        "ConfirmationReworkQuantity": confirmation.reworked.amount,
        "VarianceReasonCode": (confirmation.variance_reason or "")[:4],
    }
    for activity in confirmation.activities:
        position = ACTIVITIES.get(activity.activity)
        if position is not None:
            row[f"OpConfirmedWorkQuantity{position}"] = activity.quantity.amount
            row[f"OpWorkQuantityUnit{position}"] = activity.quantity.unit
    return row


def _guid(reference: str | None) -> str | None:
    """Return the reference as the GUID S/4 keeps, None if its sender gave none of that shape."""
    try:
        return str(UUID(reference)) if reference else None
    except ValueError:
        return None


def _wait(state: S4, book: PlantBook, confirmation: Confirmation, use: MaterialUse) -> None:
    """Let a failed movement wait. The book does not say why it failed; a deficit is the rule."""
    group, _, count = confirmation.number.partition("/")
    line = Line(
        type="261",
        material=use.material,
        plant=book.plant,
        quantity=use.quantity.amount,
        unit=use.quantity.unit,
        location=use.location or "",
        batch=use.batch or "",
        order=confirmation.order,
        reservation=use.reservation or "",
        item=use.item or "",
    )
    state.waiting.append(
        Waiting(
            group=group,
            count=count,
            order=confirmation.order,
            line=line,
            code=Cause.STOCK_DEFICIT.value.code,
            text=f"Deficit of {use.material}",
            since=confirmation.entered_at,
        )
    )

"""Goods movements as DM writes them, publicly and by the desk, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tools.mes.sap_dm.forms import Amount, Measured, Moment, mark_in, operation_of, short, unmarked
from tools.objects.identifiers import normal, operation_number
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.shape import Shape

#: The public API says that a movement was taken back, not by which one.
UNNAMED = "cancelled"


class IssueRow(Shape):
    """A goods issue as the public API lists it."""

    transactionId: str
    plant: str
    order: str | None = None
    stepId: str | None = None
    material: str
    batchNumber: str | None = None
    storageLocation: str | None = None
    quantityInBaseUnit: Measured
    postingDateTime: Moment
    createdDateTime: Moment
    comments: str | None = None
    cancellationTriggered: bool | None = None


class ReceiptRow(Shape):
    """A goods receipt as the public API lists it."""

    transactionId: str
    plant: str
    order: str | None = None
    material: str
    batchNumber: str | None = None
    storageLocation: str | None = None
    quantityInBaseUnit: Measured
    postingDate: date | None = None
    postingDateTime: Moment | None = None
    createdDateTime: Moment
    comments: str | None = None
    status: str | None = None


class LineRow(Shape):
    """A line of a document as the desk has it."""

    movementType: MovementType
    material: str
    plant: str
    quantity: Amount
    location: str | None = None
    batch: str | None = None
    order: str | None = None
    operation: str | None = None
    reservation: str | None = None
    item: str | None = None
    toLocation: str | None = None
    toBatch: str | None = None
    costCenter: str | None = None
    reasonCode: str | None = None
    text: str | None = None


class DocumentRow(Shape):
    """A document as the desk has it."""

    document: str
    postingDate: date
    createdDateTime: Moment
    reference: str | None = None
    comments: str | None = None
    reverses: str | None = None
    reversedBy: str | None = None
    lines: tuple[LineRow, ...]


class DocumentRows(Shape):
    """Documents as the desk lists them."""

    documents: tuple[DocumentRow, ...]


class ReceivedRow(Shape):
    """What became of one line of a goods receipt, or of its cancellation."""

    transactionId: str | None = None
    hasError: bool = False
    errorCode: str | None = None
    errorMessage: str | None = None


class ReceivedRows(Shape):
    """What became of a goods receipt, line by line."""

    lineItems: tuple[ReceivedRow, ...]


class CancelledIssue(Shape):
    """The goods issue that takes another one back."""

    transactionId: str


def issued(rows: Iterable[IssueRow]) -> tuple[MaterialDocument, ...]:
    """Return goods issues of the public API as documents, one for each transaction."""
    found: dict[str, list[IssueRow]] = {}
    for row in rows:
        found.setdefault(row.transactionId, []).append(row)
    return tuple(
        MaterialDocument(
            number=number,
            posting_date=several[0].postingDateTime.date(),
            entered_at=several[0].createdDateTime,
            lines=tuple(_public_line(MovementType.ISSUE_ORDER, row) for row in several),
            reference=short(mark_in(several[0].comments)),
            header_text=unmarked(several[0].comments),
            reversed_by=UNNAMED if several[0].cancellationTriggered else None,
        )
        for number, several in found.items()
    )


def received(row: ReceiptRow) -> MaterialDocument:
    """Return a goods receipt of the public API as a document."""
    at = row.postingDateTime or row.createdDateTime
    cancelled = (row.status or "").startswith("CANCELLATION_POSTED")
    return MaterialDocument(
        number=row.transactionId,
        posting_date=row.postingDate or at.date(),
        entered_at=row.createdDateTime,
        lines=(_public_line(MovementType.RECEIPT_ORDER, row),),
        reference=short(mark_in(row.comments)),
        header_text=unmarked(row.comments),
        reversed_by=UNNAMED if cancelled else None,
    )


def document(row: DocumentRow) -> MaterialDocument:
    """Return a document of the desk."""
    return MaterialDocument(
        number=row.document,
        posting_date=row.postingDate,
        entered_at=row.createdDateTime,
        lines=tuple(map(_line, row.lines)),
        reference=short(row.reference),
        header_text=row.comments or "",
        reverses=row.reverses,
        reversed_by=row.reversedBy,
    )


def _public_line(kind: MovementType, row: IssueRow | ReceiptRow) -> GoodsMovement:
    step = row.stepId if isinstance(row, IssueRow) else None
    return GoodsMovement(
        type=kind,
        material=normal(row.material),
        plant=row.plant,
        quantity=row.quantityInBaseUnit.quantity,
        location=row.storageLocation,
        batch=row.batchNumber,
        order=normal(row.order) if row.order else None,
        operation=operation_of(step) if step else None,
    )


def _line(row: LineRow) -> GoodsMovement:
    return GoodsMovement(
        type=row.movementType,
        material=normal(row.material),
        plant=row.plant,
        quantity=row.quantity.quantity,
        location=row.location,
        batch=row.batch,
        order=normal(row.order) if row.order else None,
        operation=operation_number(row.operation) if row.operation else None,
        reservation=row.reservation,
        item=row.item,
        to_location=row.toLocation,
        to_batch=row.toBatch,
        cost_center=row.costCenter,
        reason=row.reasonCode,
        text=row.text or "",
    )

"""Consumption: components issued, returned, moved or scrapped outside a confirmation."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.identifiers import operation_number
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.sandbox.ignition import orders, outbox
from tools.sandbox.ignition.bodies import CancelConsumption, Kind, Line, ReportConsumption
from tools.sandbox.ignition.booking import OPPOSITE, book
from tools.sandbox.ignition.refusal import conflict, unknown, wrong
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.write import Call, Done, Write
from tools.sandbox.outgoing import Purpose

TYPES = {
    Kind.ISSUE: MovementType.ISSUE_ORDER,
    Kind.ISSUE_RETURN: MovementType.ISSUE_ORDER_REVERSAL,
    Kind.RECEIPT: MovementType.RECEIPT_ORDER,
    Kind.RECEIPT_RETURN: MovementType.RECEIPT_ORDER_REVERSAL,
    Kind.TRANSFER: MovementType.TRANSFER_LOCATION,
    Kind.TRANSFER_RETURN: MovementType.TRANSFER_LOCATION_REVERSAL,
    Kind.SCRAP: MovementType.SCRAP,
    Kind.SCRAP_RETURN: MovementType.SCRAP_REVERSAL,
}
_FOR_AN_ORDER = frozenset({Kind.ISSUE, Kind.ISSUE_RETURN, Kind.RECEIPT, Kind.RECEIPT_RETURN})
_BETWEEN_PLACES = frozenset({Kind.TRANSFER, Kind.TRANSFER_RETURN})


def _report(state: IgnitionState, body: ReportConsumption, call: Call) -> Done:
    if not body.lines:
        raise wrong("bad_value", "lines: there are none", "lines")
    lines = tuple(_line(state, line, f"lines.{at}") for at, line in enumerate(body.lines))
    book(state, lines)
    document = MaterialDocument(
        number=state.next_number(Record.DOCUMENT),
        posting_date=body.posting_date,
        entered_at=call.now,
        lines=lines,
        reference=body.reference,
        header_text=body.text or "",
    )
    _tell(state, document, Purpose.MOVEMENT, call)
    return Done(Record.DOCUMENT, document.number, created=True)


def _line(state: IgnitionState, line: Line, field: str) -> GoodsMovement:
    if (line.material, line.plant) not in state.materials:
        raise unknown("object", f"material {line.material} in {line.plant}", f"{field}.material")
    if not line.quantity.quantity:
        raise wrong("bad_value", f"{field}.quantity: nothing", f"{field}.quantity")
    if line.kind in _FOR_AN_ORDER and line.order is None:
        raise wrong("missing_field", f"{field}.order: {line.kind} needs one", f"{field}.order")
    if line.kind in _BETWEEN_PLACES and not (line.location and line.to_location):
        where = f"{field}.to_location" if line.location else f"{field}.location"
        raise wrong("missing_field", f"{where}: a transfer has two ends", where)
    order = None
    if line.order is not None:
        known = orders.found(state, line.order, f"{field}.order")
        orders.unlocked(known)
        order = known.number
    return GoodsMovement(
        type=TYPES[line.kind],
        material=line.material,
        plant=line.plant,
        quantity=line.quantity.quantity,
        location=line.location,
        batch=line.batch,
        order=order,
        operation=None if line.operation is None else operation_number(line.operation),
        reservation=line.reservation,
        item=line.item,
        to_location=line.to_location,
        to_batch=line.to_batch,
        cost_center=line.cost_center,
        reason=line.reason,
        text=line.text,
    )


def _cancel(state: IgnitionState, body: CancelConsumption, call: Call) -> Done:
    document = state.documents.get(body.document)
    if document is None:
        raise unknown("document", body.document, "document")
    if document.reversed_by or document.reverses:
        message = f"document {document.number} is reversed, or a reversal"
        raise conflict("already_cancelled", message, "document")
    if any(line.type not in OPPOSITE for line in document.lines):
        message = f"document {document.number} holds movements the line cannot reverse"
        raise conflict("document_kind", message, "document")
    lines = tuple(replace(line, type=OPPOSITE[line.type]) for line in document.lines)
    book(state, lines)
    reversal = MaterialDocument(
        number=state.next_number(Record.DOCUMENT),
        posting_date=call.now.date(),
        entered_at=call.now,
        lines=lines,
        reference=body.reference,
        header_text=f"Reverses {document.number}",
        reverses=document.number,
    )
    state.put_document(replace(document, reversed_by=reversal.number))
    _tell(state, reversal, Purpose.MOVEMENT_CANCELLATION, call)
    return Done(Record.DOCUMENT, reversal.number, created=True)


def _tell(state: IgnitionState, document: MaterialDocument, purpose: Purpose, call: Call) -> None:
    """Store a document and queue it for the ERP."""
    state.put_document(document)
    first = document.lines[0]
    outbox.enqueue(state, first.plant, purpose, document.number, call.now, order=first.order)


WRITES = {
    "report": Write(ReportConsumption, _report),
    "cancel": Write(CancelConsumption, _cancel),
}

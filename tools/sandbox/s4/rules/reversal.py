"""Cancelling material documents: each line is taken back by its reversal movement."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.identifiers import normal
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Key, Row
from tools.sandbox.s4.rules.movement_types import KINDS
from tools.sandbox.s4.rules.movements import Heading, post
from tools.sandbox.s4.state import S4


def cancel(state: S4, document: Key, heading: Heading, only: str | None = None) -> Key:
    """Take back a document, or one item of it; return the reversing document's key.

    Raises:
        Refused: It does not exist, is taken back already, or its stock is no longer there.
        Locked: Another user works on its order or material.
    """
    year, number = document[0], normal(document[1])
    items = lines_of(state, (year, number))
    if (year, number) not in state.documents:
        raise Refused(Cause.DOCUMENT_UNKNOWN, number, year)
    if only is not None:
        items = [row for row in items if row["MaterialDocumentItem"] == normal(only)]
        if not items:
            raise Refused(Cause.DOCUMENT_UNKNOWN, f"{number} item {normal(only)}", year)
    open_items = [row for row in items if not _done(row)]
    if not open_items:
        raise Refused(Cause.DOCUMENT_CANCELLED, number, year)
    # Backwards: what a later line used of an earlier one's receipt has to come back first.
    key = post(state, heading, [_taken_back(row) for row in reversed(open_items)])
    for row in open_items:
        _mark(state, row)
    return key


def lines_of(state: S4, document: Key) -> list[Row]:
    """Return a document's lines as they were asked for: without the automatic counterparts."""
    return [row for row in state.items_of(document) if not row["IsAutomaticallyCreated"]]


def line_of(row: Row) -> Line:
    """Read a document item back into the line that made it."""
    kind = KINDS[row["GoodsMovementType"]]
    location, other = row["StorageLocation"], row.get("IssuingOrReceivingStorageLoc", "")
    if kind.backwards:
        location, other = other, location
    return Line(
        type=row["GoodsMovementType"],
        material=row["Material"],
        plant=row["Plant"],
        quantity=row["QuantityInEntryUnit"],
        unit=row["EntryUnit"],
        location=location,
        batch=row["Batch"],
        order=row["ManufacturingOrder"],
        reservation=row["Reservation"],
        item=row["ReservationItem"] if row["Reservation"] else "",
        cost_center=row["CostCenter"],
        to_location=other,
        stock_type=row["InventoryStockType"],
        reason=row["GoodsMovementReasonCode"],
    )


def _taken_back(row: Row) -> Line:
    line = line_of(row)
    return replace(
        line,
        type=KINDS[line.type].reversal,
        reverses=(
            row["MaterialDocumentYear"],
            row["MaterialDocument"],
            row["MaterialDocumentItem"],
        ),
    )


def _done(row: Row) -> bool:
    return bool(row.get("GoodsMovementIsCancelled") or row.get("ReversedMaterialDocument"))


def _mark(state: S4, row: Row) -> None:
    row["GoodsMovementIsCancelled"] = True
    key = (row["MaterialDocumentYear"], row["MaterialDocument"])
    following = str(int(row["MaterialDocumentItem"]) + 1)
    counterpart = state.document_items.get((*key, following))
    if counterpart is not None and counterpart["IsAutomaticallyCreated"]:
        counterpart["GoodsMovementIsCancelled"] = True

"""Material documents: all lines of a request are booked in one, or none is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tools.objects.identifiers import normal
from tools.sandbox.s4.entries import Line, StockKey
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import ZERO, Key, Row, clock_time, midnight
from tools.sandbox.s4.rules.checking import Booking, Ledger, check
from tools.sandbox.s4.rules.locks import material_lock, order_lock, require_free
from tools.sandbox.s4.rules.measures import expressed
from tools.sandbox.s4.rules.movement_types import Account, Books, Kind, kind_of
from tools.sandbox.s4.rules.order_status import show_delivery, touch
from tools.sandbox.s4.state import S4


@dataclass(frozen=True, slots=True)
class Heading:
    """What a material document says of all its lines."""

    posting_date: date
    now: datetime
    code: str = ""
    reference: str = ""
    text: str = ""
    document_date: date | None = None


def post(state: S4, heading: Heading, lines: Sequence[Line]) -> Key:
    """Book all lines in one material document; return its year and number.

    Raises:
        Locked: Another user works on the order or a material.
        Refused: A line may not be booked; ``also`` names the causes of the others.
    """
    if not lines:
        raise Refused(Cause.MISSING, "to_MaterialDocumentItem")
    require_free(state, _locks(lines), heading.now)
    require_period(state, heading.posting_date, (line.plant for line in lines))
    ledger, bookings, refusals = Ledger(state), list[Booking](), list[Refused]()
    for line in lines:
        try:
            if heading.code and heading.code not in kind_of(line.type).codes:
                raise Refused(Cause.MOVEMENT_NOT_POSSIBLE, line.type, heading.code)
            bookings.append(check(ledger, line))
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        refusals[0].also = tuple(refusals[1:])
        raise refusals[0]
    return write(state, heading, bookings)


def require_period(state: S4, day: date, plants: Iterable[str]) -> None:
    """Refuse a posting date outside the open period of a plant's company code.

    Raises:
        Refused: The period is closed (M7/053).
    """
    for plant in sorted({plant for plant in plants if plant in state.company_codes}):
        opens, closes = state.period_of(plant)
        if not opens <= day <= closes:
            where = f"company code {state.company_codes[plant]}"
            raise Refused(Cause.PERIOD_CLOSED, opens, closes, where)


def write(state: S4, heading: Heading, bookings: Sequence[Booking]) -> Key:
    """Carry out checked bookings in one document; return its year and number."""
    received = any(one.kind.books is Books.DELIVERED for one in bookings)
    number = state.numbers.draw(Range.RECEIPT if received else Range.MOVEMENT)
    key = (str(heading.posting_date.year), number)
    record(state, heading, key, bookings)
    for booking in bookings:
        for place, change in booking.changes:
            state.stock[place] = state.on_hand(place) + change
        _tell_order(state, booking, heading.now)
    return key


def record(state: S4, heading: Heading, key: Key, bookings: Sequence[Booking]) -> None:
    """Write a document's rows, and nothing else: stock and orders stay as they are."""
    state.documents[key] = _header(state, heading, key, bookings[0])
    sides = [(one, place, change) for one in bookings for place, change in one.changes]
    for position, (booking, place, change) in enumerate(sides, start=1):
        item = (*key, str(position))
        row = state.document_items[item] = _item(state, booking, item, place, change)
        if number := row.get("ReversedMaterialDocument"):
            undone = (row["ReversedMaterialDocumentYear"], number)
            state.reversing.setdefault(undone, []).append(item)


def _locks(lines: Sequence[Line]) -> list[str]:
    orders = {order_lock(normal(line.order)) for line in lines if line.order}
    return sorted(orders | {material_lock(line.material, line.plant) for line in lines})


def _header(state: S4, heading: Heading, key: Key, first: Booking) -> Row:
    year, number = key
    return {
        "MaterialDocumentYear": year,
        "MaterialDocument": number,
        "InventoryTransactionType": "WF" if first.kind.books is Books.DELIVERED else "WA",
        "DocumentDate": midnight(heading.document_date or heading.posting_date),
        "PostingDate": midnight(heading.posting_date),
        "CreationDate": midnight(heading.now.date()),
        "CreationTime": clock_time(heading.now),
        "CreatedByUser": state.user,
        "MaterialDocumentHeaderText": heading.text,
        "ReferenceDocument": heading.reference,
        "GoodsMovementCode": heading.code or first.kind.codes[0],
    }


def _item(state: S4, booking: Booking, key: Key, place: StockKey, change: Decimal) -> Row:
    line, kind = booking.line, booking.kind
    automatic = place != booking.changes[0][0]
    year, number, position = key
    row: Row = {
        "MaterialDocumentYear": year,
        "MaterialDocument": number,
        "MaterialDocumentItem": position,
        "MaterialDocumentLine": position.zfill(6),
        "Material": line.material,
        "Plant": line.plant,
        "StorageLocation": place.location,
        "Batch": place.batch,
        "GoodsMovementType": line.type,
        "InventoryStockType": place.type,
        "ManufacturingOrder": line.order,
        "ManufacturingOrderItem": "1" if kind.books is Books.DELIVERED else "0",
        "GoodsMovementRefDocType": "F" if kind.account is Account.ORDER else "",
        "GoodsMovementReasonCode": line.reason,
        "CostCenter": line.cost_center,
        "MaterialBaseUnit": booking.base_unit,
        "QuantityInBaseUnit": booking.base_quantity,
        "EntryUnit": line.unit,
        "QuantityInEntryUnit": line.quantity,
        "CompanyCodeCurrency": state.currencies.get(line.plant, ""),
        "GdsMvtExtAmtInCoCodeCrcy": _value(state, line, booking.base_quantity),
        "IsCompletelyDelivered": line.delivery_completed,
        "MaterialDocumentItemText": line.text,
        "Reservation": line.reservation,
        "ReservationItem": line.item,
        "ReservationIsFinallyIssued": line.final_issue,
        "IsAutomaticallyCreated": "X" if automatic else "",
        "DebitCreditCode": "S" if change > 0 else "H",
    }
    return row | _other_place(line, kind, place) | _taken_back(line)


def _other_place(line: Line, kind: Kind, place: StockKey) -> Row:
    if not kind.moves:
        return {}
    other = line.to_location if place.location == line.location else line.location
    return {"IssuingOrReceivingPlant": line.plant, "IssuingOrReceivingStorageLoc": other}


def _taken_back(line: Line) -> Row:
    if line.reverses is None:
        return {}
    year, number, item = line.reverses
    return {
        "ReversedMaterialDocumentYear": year,
        "ReversedMaterialDocument": number,
        "ReversedMaterialDocumentItem": item,
    }


def _value(state: S4, line: Line, amount: Decimal) -> Decimal:
    row = state.product_values.get((line.material, line.plant, ""))
    price = row["StandardPrice"] if row else ZERO
    return (price * amount).quantize(Decimal("0.01"))


def _tell_order(state: S4, booking: Booking, now: datetime) -> None:
    """Bring the order's component or receipt in line with what was booked."""
    line, kind = booking.line, booking.kind
    if kind.books is Books.WITHDRAWN and booking.component is not None:
        row = state.components[booking.component]
        amount = expressed(
            state, line.material, booking.base_quantity, booking.base_unit, row["BaseUnit"]
        )
        row["WithdrawnQuantity"] += kind.sign * amount
        row["ReservationIsFinallyIssued"] = kind.sign > 0 and (
            line.final_issue or row["ReservationIsFinallyIssued"]
        )
    elif kind.books is Books.DELIVERED:
        item = state.order_items[(line.order, "1")]
        unit = item["ProductionUnit"]
        amount = expressed(state, line.material, line.quantity, line.unit, unit)
        item["MfgOrderItemGoodsReceiptQty"] += kind.sign * amount
        item["IsCompletelyDelivered"] = kind.sign > 0 and (
            line.delivery_completed or item["IsCompletelyDelivered"]
        )
        show_delivery(state, line.order)
    else:
        return
    touch(state, line.order, now)

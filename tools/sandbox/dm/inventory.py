"""Goods movements: the writes of ``/inventory/v1`` and ``/processorder/v1/goodsissue`` [spec].

A goods issue is one component; its answer names no transaction, so its poster has to look for it.
A goods receipt is answered line by line, each accepted or not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from tools.jsontext import Row, Writable
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine
from tools.sandbox.dm.booking import book, in_base_unit, reverse
from tools.sandbox.dm.call import (
    Answer,
    Call,
    Written,
    amount,
    number,
    optional,
    parsed_moment,
    rows,
    text,
    texts,
)
from tools.sandbox.dm.marks import mark_in
from tools.sandbox.dm.orders import RUNNING
from tools.sandbox.dm.outbound import queue_movement, withdraw
from tools.sandbox.dm.postings import issue_row
from tools.sandbox.dm.refusal import Refused, unknown, wrong
from tools.sandbox.dm.sfc import operation_named, sfc_status
from tools.sandbox.dm.state import DmState, sfcs
from tools.sandbox.outgoing import Purpose


def issue(call: Call) -> Answer:
    """POST /processorder/v1/goodsissue: consume one component for an order."""
    row = call.row
    order = call.state.order(text(row, "plant"), text(row, "order"))
    operation = operation_named(order, text(row, "phase"))
    _executable(call.state, order)
    material, quantity = _component(row), _issued(call, row, order)
    mark, comments = mark_in(optional(row, "comments") or "")
    place = _chosen(call.state, optional(row, "inventoryId"))
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=material,
        plant=order.plant,
        quantity=quantity,
        location=place.location if place else None,
        batch=place.batch if place else None,
        order=order.number,
        operation=operation.number,
        text=comments,
    )
    document = book(
        call.state,
        (line,),
        call.now,
        posted_at=_posted_at(row),
        reference=mark,
        comments=comments,
    )
    queue_movement(call.state, Purpose.MOVEMENT, document, call.now)
    total = _withdrawn(call.state, order.number, material) or quantity
    return Answer(
        {
            "order": order.number,
            "material": material,
            "phase": operation.number,
            "totalConsumedQuantity": total.amount,
            "unitOfMeasure": total.unit,
        },
        written=Written(mark, "movement", document.number),
    )


def cancel_issue(call: Call) -> Answer:
    """POST /processorder/v1/goodsissue/cancellations: take a goods issue back."""
    call.state.floor(text(call.row, "plant"))
    mark, comments = mark_in(optional(call.row, "comments") or "")
    undone = _cancel(call.state, text(call.row, "transactionId"), call.now, mark, comments)
    row = issue_row(call.state, undone, undone.lines[0])
    return Answer(
        row | {"originalTransactionId": undone.reverses},
        HTTPStatus.CREATED,
        Written(mark, "movement", undone.number),
    )


def receive(call: Call) -> Answer:
    """POST /inventory/v1/inventory/erpGoodsReceipts: receive products, line by line."""
    row = call.row
    order = call.state.order(text(row, "plant"), text(row, "order"))
    made: list[Writable] = []
    written: Written | None = None
    for item in rows(row, "lineItems"):
        mark, comments = mark_in(optional(item, "comments") or "")
        try:
            document = _receive(call, order, item, mark, comments)
        except Refused as refused:
            made.append(
                {"hasError": True, "errorCode": refused.code, "errorMessage": refused.message}
            )
            continue
        made.append({"hasError": False, "transactionId": document.number})
        written = Written(mark, "movement", document.number)
    body: Row | dict[str, Writable] = {
        "plant": order.plant,
        "order": order.number,
        "lineItems": made,
    }
    return Answer(body, HTTPStatus.ACCEPTED, written)


def cancel_receipts(call: Call) -> Answer:
    """POST /inventory/v1/inventory/goodsReceipts/cancel: take goods receipts back."""
    plant = text(call.row, "plant")
    call.state.floor(plant)
    made: list[Writable] = []
    written: Written | None = None
    for transaction in texts(call.row, "transactionIds"):
        try:
            undone = _cancel(call.state, transaction, call.now, None, "")
        except Refused as refused:
            made.append(
                {
                    "transactionId": transaction,
                    "hasError": True,
                    "errorCode": refused.code,
                    "errorMessage": refused.message,
                }
            )
            continue
        made.append({"transactionId": transaction, "hasError": False})
        written = Written(None, "movement", undone.number)
    return Answer({"plant": plant, "lineItems": made}, written=written)


def _receive(
    call: Call, order: ProductionOrder, item: Row, mark: str | None, comments: str
) -> MaterialDocument:
    _executable(call.state, order)
    if text(item, "sfc") not in sfcs(order):
        raise unknown("sfc", text(item, "sfc"))
    line = GoodsMovement(
        type=MovementType.RECEIPT_ORDER,
        material=text(item, "material"),
        plant=order.plant,
        quantity=_measured(item, order.quantity.unit),
        location=optional(item, "storageLocation"),
        batch=optional(item, "batchNumber"),
        order=order.number,
        text=comments,
    )
    in_base_unit(call.state, order.plant, line.material, line.quantity)
    document = book(
        call.state,
        (line,),
        call.now,
        posted_at=_posted_at(item),
        reference=mark,
        comments=comments,
    )
    queue_movement(call.state, Purpose.MOVEMENT, document, call.now)
    return document


def _cancel(
    state: DmState, transaction: str, now: datetime, mark: str | None, comments: str
) -> MaterialDocument:
    known_to_erp = not withdraw(state, transaction)
    undone = reverse(state, transaction, now, mark, comments)
    if known_to_erp:
        cancelled = state.documents[transaction]
        queue_movement(state, Purpose.MOVEMENT_CANCELLATION, cancelled, now)
    return undone


def _withdrawn(state: DmState, order: str, material: str) -> Quantity | None:
    planned = (one for one in state.components.get(order, ()) if one.material == material)
    return next((one.withdrawn for one in planned), None)


def _executable(state: DmState, order: ProductionOrder) -> None:
    if sfc_status(state, order) == "HOLD":
        raise wrong("sfc.onHold", f"order {order.number} is on hold")
    if order.status not in RUNNING:
        raise wrong("order.notInExecution", f"order {order.number} is not in execution")


def _component(row: Row) -> str:
    component = row.get("component")
    named = component.get("material") if isinstance(component, dict) else None
    if not isinstance(named, dict):
        raise wrong("field.missing", "the field component.material is missing")
    return text(named, "material")


def _issued(call: Call, row: Row, order: ProductionOrder) -> Quantity:
    value = number(row, "quantity")
    if not value:
        raise wrong("field.missing", "the field quantity is missing or zero")
    quantity = amount(value, text(row, "unitOfMeasure"), "internal", "")
    in_base_unit(call.state, order.plant, _component(row), quantity)
    return quantity


def _measured(item: Row, base_unit: str) -> Quantity:
    posted = item.get("quantity")
    value = number(posted, "value") if isinstance(posted, dict) else None
    if not isinstance(posted, dict) or not value:
        raise wrong("field.missing", "the field quantity.value is missing or zero")
    named = posted.get("unitOfMeasure")
    units = named if isinstance(named, dict) else {}
    internal, iso = optional(units, "internalUnitOfMeasure"), optional(units, "isoUnitOfMeasure")
    return amount(value, internal or iso, "internal" if internal else "iso", base_unit)


def _posted_at(row: Row) -> datetime | None:
    value = optional(row, "postingDateTime")
    if value is None:
        return None
    if "T" in value:
        return parsed_moment(value)
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong("dateTime.malformed", f"{value} is no date and time") from error


def _chosen(state: DmState, inventory: str | None) -> StockLine | None:
    if inventory is None:
        return None
    if inventory not in state.stock:
        raise unknown("inventory", inventory)
    return state.stock[inventory]

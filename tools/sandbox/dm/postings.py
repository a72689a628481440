"""What lies where, and what was issued and received: the reads of ``/inventory/v1`` [spec].

Goods receipts are asked for by order or SFC only, goods issues by one material only.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tools.jsontext import Writable
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import SyncState
from tools.objects.units import unit
from tools.sandbox.dm.booking import in_base_unit
from tools.sandbox.dm.call import Answer, Call, moment, paged
from tools.sandbox.dm.outbound import message_about
from tools.sandbox.dm.refusal import wrong
from tools.sandbox.dm.sfc import operation_named
from tools.sandbox.dm.state import VERSION, DmState

STOCK_STATUS = {
    StockType.UNRESTRICTED: "UNRESTRICTED",
    StockType.QUALITY: "QUALITY_INSPECTION",
    StockType.BLOCKED: "BLOCKED",
    StockType.IN_TRANSIT: "RESTRICTED",
}
OLD_STATUS = {
    StockType.UNRESTRICTED: "AVAILABLE",
    StockType.QUALITY: "QUARANTINE",
    StockType.BLOCKED: "HOLD",
    StockType.IN_TRANSIT: "AVAILABLE",
}
TRANSFER_STATUS = {
    SyncState.QUEUED: "POSTED_IN_DMC",
    SyncState.SENT: "POSTED_IN_DMC",
    SyncState.SUCCEEDED: "POSTED_TO_TARGET_SYS",
    SyncState.FAILED: "FAILED_TO_POST_TO_TARGET_SYS",
}


def inventories(call: Call) -> Answer:
    """GET /inventory/v1/inventories: what lies where."""
    plant = call.need("plant")
    call.state.floor(plant)
    words = STOCK_STATUS if call.asked("batchesWithStatus") == "true" else OLD_STATUS
    found: list[Writable] = [
        _stock(inventory, line, words[line.type])
        for inventory, line in call.state.stock.items()
        if line.plant == plant
        and call.asked("material") in (None, line.material)
        and call.asked("batchNumber") in (None, line.batch)
        and call.asked("storageLocation") in (None, line.location)
        and call.asked("status") in (None, words[line.type])
    ]
    return paged(call, found)


def issues(call: Call) -> Answer:
    """GET /inventory/v1/inventory/goodsIssues: the goods issues of one material."""
    plant, material = call.need("plant"), call.need("material")
    call.need("materialVersion")
    found: list[Writable] = [
        issue_row(call.state, document, line)
        for document, line in _lines(call.state, plant, MovementType.ISSUE_ORDER)
        if line.material == material and call.asked("order") in (None, line.order)
    ]
    return paged(call, found)


def receipts(call: Call) -> Answer:
    """GET /inventory/v1/inventory/goodsReceipts: the goods receipts of an order."""
    plant, order = call.need("plant"), call.asked("order")
    if order is None and call.asked("sfc") is None:
        raise wrong("parameter.missing", "either order or sfc has to be given")
    wanted = order or (call.asked("sfc") or "").removeprefix("SFC")
    found: list[Writable] = [
        _receipt(call.state, document, line)
        for document, line in _lines(call.state, plant, MovementType.RECEIPT_ORDER)
        if line.order == wanted
    ]
    return paged(call, found)


def summary(call: Call) -> Answer:
    """GET /processorder/v2/goodsIssue/summary: what one step of an order has consumed."""
    order = call.state.order(call.need("plant"), call.need("order"))
    operation = operation_named(order, call.need("operationActivity"))
    call.need("stepId")
    planned = [
        one
        for one in call.state.components.get(order.number, ())
        if one.operation == operation.number
    ]
    consumed: dict[str, Quantity] = {}
    for document, line in _lines(call.state, order.plant, MovementType.ISSUE_ORDER):
        if (line.order, line.operation) != (order.number, operation.number):
            continue
        if not document.reversed_by:
            based = in_base_unit(call.state, line.plant, line.material, line.quantity)
            before = consumed.get(line.material, based.zero())
            consumed[line.material] = before + based
    lines: list[Writable] = [
        {
            "materialId": {"material": material, "version": VERSION, "plant": order.plant},
            "isBomComponent": any(one.material == material for one in planned),
            "consumedQuantity": _consumed(consumed.get(material)),
        }
        for material in sorted({*consumed, *(one.material for one in planned)})
    ]
    return Answer({"order": order.number, "sfc": call.need("sfc"), "lineItems": lines})


def _lines(
    state: DmState, plant: str, kind: MovementType
) -> Iterator[tuple[MaterialDocument, GoodsMovement]]:
    for document in state.documents.values():
        for line in document.lines:
            if line.plant == plant and line.type is kind:
                yield document, line


def _status(state: DmState, document: MaterialDocument) -> str:
    prefix = "CANCELLATION_" if document.reversed_by or document.reverses else ""
    message = message_about(state, document.number)
    return prefix + (TRANSFER_STATUS[message.state] if message else "POSTED_TO_TARGET_SYS")


def _stock(inventory: str, line: StockLine, status: str) -> Writable:
    return {
        "inventoryId": inventory,
        "material": line.material,
        "materialVersion": VERSION,
        "batchNumber": line.batch,
        "storageLocation": line.location,
        "status": status,
        "origin": "ERP",
        "quantityOnHand": _quantity(line.quantity),
    }


def issue_row(
    state: DmState, document: MaterialDocument, line: GoodsMovement
) -> dict[str, Writable]:
    """Return a goods issue as DM lists it."""
    based = in_base_unit(state, line.plant, line.material, line.quantity)
    return {
        "transactionId": document.number,
        "plant": line.plant,
        "order": line.order,
        "sfc": f"SFC{line.order}",
        "stepId": line.operation,
        "material": line.material,
        "materialVersion": VERSION,
        "batchNumber": line.batch,
        "storageLocation": line.location,
        "quantityInBaseUnit": _quantity(based),
        "postingDateTime": f"{document.posting_date.isoformat()}T12:00:00.000Z",
        "createdDateTime": moment(document.entered_at),
        "comments": _comments(document),
        "postingStatus": _status(state, document),
        "postingType": "GI",
        "postingTargetSystem": "IM",
        "cancellationTriggered": document.reversed_by is not None,
    }


def _receipt(state: DmState, document: MaterialDocument, line: GoodsMovement) -> Writable:
    based = in_base_unit(state, line.plant, line.material, line.quantity)
    return {
        "transactionId": document.number,
        "plant": line.plant,
        "order": line.order,
        "sfc": f"SFC{line.order}",
        "material": line.material,
        "materialVersion": VERSION,
        "batchNumber": line.batch,
        "storageLocation": line.location,
        "quantityInBaseUnit": _quantity(based),
        "postingDate": document.posting_date.isoformat(),
        "createdDateTime": moment(document.entered_at),
        "comments": _comments(document),
        "status": _status(state, document),
    }


def _consumed(quantity: Quantity | None) -> Writable:
    if quantity is None:
        return {"value": 0}
    own = unit(quantity.unit)
    return {
        "value": quantity.amount,
        "unitOfMeasure": {"uom": own.en, "internalUom": own.code, "shortText": own.name_en},
    }


def _comments(document: MaterialDocument) -> str:
    mark = f" [CONCORD-{document.reference}]" if document.reference else ""
    return f"{document.header_text}{mark}".strip()


def _quantity(quantity: Quantity) -> dict[str, Writable]:
    own = unit(quantity.unit)
    return {
        "value": quantity.amount if quantity else Decimal(0),
        "unitOfMeasure": {
            "commercialUnitOfMeasure": own.en,
            "internalUnitOfMeasure": own.code,
            "isoUnitOfMeasure": own.iso,
        },
    }

"""The rows of a confirmation: its header, and the material document items it made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.rows import Key, Row
from tools.sandbox.s4.rules.reversal import lines_of
from tools.sandbox.s4.state import S4

ACTIVITIES: Mapping[str, int] = MappingProxyType({"SETUP": 1, "MACHINE": 2, "LABOR": 3})
_TAKEN_OVER = (
    "Material",
    "Plant",
    "Reservation",
    "ReservationItem",
    "StorageLocation",
    "Batch",
    "GoodsMovementType",
    "GoodsMovementRefDocType",
    "ReservationIsFinallyIssued",
    "IsCompletelyDelivered",
    "MaterialDocumentItemText",
    "EntryUnit",
    "QuantityInEntryUnit",
)


def confirmation_header(order: Row, operation: Row, group: str, count: str) -> Row:
    """Return what order and operation say of each of their confirmations."""
    return {
        "ConfirmationGroup": group,
        "ConfirmationCount": count,
        "OrderID": order["ManufacturingOrder"],
        "Sequence": "0",
        "OrderOperation": operation["ManufacturingOrderOperation"],
        "OrderType": order["ManufacturingOrderType"],
        "OrderOperationInternalID": operation["OrderIntBillOfOperationsItem"],
        "Language": "EN",
        "Material": order["Material"],
        "OrderPlannedTotalQty": order["TotalQuantity"],
        "ProductionUnit": order["ProductionUnit"],
        "OrderConfirmationRecordType": "L20",
        "Plant": order["ProductionPlant"],
        "WorkCenterTypeCode": operation["WorkCenterTypeCode"],
        "WorkCenter": operation["WorkCenter"],
    }


def next_number(state: S4, order: str, operation: str) -> Key:
    """Return group and counter for a further confirmation of an operation."""
    group = group_of(state, order, operation) or state.numbers.draw(Range.CONFIRMATION)
    counts = [int(key[1]) for key in state.confirmations if key[0] == group]
    return group, str(max(counts, default=0) + 1)


def group_of(state: S4, order: str, operation: str) -> str:
    """Return the confirmation number of an operation, nothing before its first confirmation."""
    for row in state.confirmations.values():
        if row["OrderID"] == order and row["OrderOperation"] == operation:
            return row["ConfirmationGroup"]
    return ""


def link_movements(state: S4, confirmation: Key, document: Key) -> None:
    """Show a material document's lines as movements of a confirmation."""
    header = state.confirmations[confirmation]
    order = state.orders[(header["OrderID"],)]
    for item in lines_of(state, document):
        key = (*confirmation, document[1], item["MaterialDocumentItem"], document[0])
        state.confirmation_movements[key] = {
            "ConfirmationGroup": confirmation[0],
            "ConfirmationCount": confirmation[1],
            "MaterialDocument": document[1],
            "MaterialDocumentItem": item["MaterialDocumentItem"],
            "MaterialDocumentYear": document[0],
            "OrderType": order["ManufacturingOrderType"],
            "OrderID": header["OrderID"],
            "OrderItem": item["ManufacturingOrderItem"],
            "ManufacturingOrderCategory": order["ManufacturingOrderCategory"],
            **{name: item[name] for name in _TAKEN_OVER},
        }

"""What S/4 itself would confirm and issue for a yield."""

from __future__ import annotations

from decimal import Decimal

from tools.objects.quantity import Quantity
from tools.objects.units import rounded
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.rows import ZERO, Row, three_places
from tools.sandbox.s4.rules.confirmation_rows import ACTIVITIES
from tools.sandbox.s4.rules.measures import expressed
from tools.sandbox.s4.state import S4


def backflush(state: S4, order: Row, operation: Row, processed: Decimal) -> list[Line]:
    """Return the issues S/4 posts by itself when this much has been processed.

    ``processed`` is yield, scrap and rework together, in the operation's unit. A component is
    issued in proportion to it, a fixed one in whole with the first confirmation.
    """
    planned = operation["OpPlannedTotalQuantity"]
    lines: list[Line] = []
    for row in state.components_of(order["ManufacturingOrder"]):
        mine = row["ManufacturingOrderOperation"] == operation["ManufacturingOrderOperation"]
        if not (mine and row["MatlCompIsMarkedForBackflush"]) or row["ReservationIsFinallyIssued"]:
            continue
        amount = _share(row, processed, planned)
        if amount > 0:
            lines.append(_issue(row, amount))
    if operation["OperationControlProfile"] in state.auto_receipt_control_keys:
        lines.append(_receipt(order, operation, processed))
    return lines


def activities(state: S4, order: Row, operation: Row, made: Decimal) -> Row:
    """Return the activity quantities the routing plans for this much."""
    step = _routing_step(state, order, operation)
    if step is None:
        return {}
    base = expressed(
        state, order["Material"], made, operation["OperationUnit"], step["OperationUnit"]
    )
    share = base / step["OperationReferenceQuantity"]
    proposal: Row = {}
    for name, position in ACTIVITIES.items():
        amount = step[f"StandardWorkQuantity{position}"]
        scaled = amount if name == "SETUP" else amount * share
        proposal[f"OpConfirmedWorkQuantity{position}"] = three_places(scaled)
        proposal[f"OpWorkQuantityUnit{position}"] = step[f"StandardWorkQuantityUnit{position}"]
    return proposal


def _share(row: Row, processed: Decimal, planned: Decimal) -> Decimal:
    if row.get("QuantityIsFixed"):
        return row["RequiredQuantity"] if not row["WithdrawnQuantity"] else ZERO
    if not planned:
        return ZERO
    whole = Quantity(row["RequiredQuantity"] * processed / planned, row["BaseUnit"])
    return rounded(whole).amount


def _issue(row: Row, amount: Decimal) -> Line:
    return Line(
        type="261",
        material=row["Material"],
        plant=row["Plant"],
        quantity=amount,
        unit=row["BaseUnit"],
        location=row["StorageLocation"],
        batch=row["Batch"],
        order=row["ManufacturingOrder"],
        reservation=row["Reservation"],
        item=row["ReservationItem"],
    )


def _receipt(order: Row, operation: Row, processed: Decimal) -> Line:
    return Line(
        type="101",
        material=order["Material"],
        plant=order["ProductionPlant"],
        quantity=processed,
        unit=operation["OperationUnit"],
        location=order["StorageLocation"],
        order=order["ManufacturingOrder"],
    )


def _routing_step(state: S4, order: Row, operation: Row) -> Row | None:
    for key in state.routing_materials:
        if key[:2] == (order["Material"], order["ProductionPlant"]):
            for row in state.routing_operations.values():
                same = (row["ProductionRoutingGroup"], row["ProductionRouting"]) == key[2:]
                if same and row["Operation"] == operation["ManufacturingOrderOperation"]:
                    return row
    return None

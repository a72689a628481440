"""Reading what a client sent: required values, units, and goods movement lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tools.objects.identifiers import normal
from tools.sandbox.s4.entries import Line
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import ZERO
from tools.sandbox.s4.rules.measures import heard


def required(payload: Mapping[str, Any], name: str) -> Any:
    """Return a value that has to be there.

    Raises:
        Refused: It is missing or empty.
    """
    value = payload.get(name)
    if value is None or value == "":
        raise Refused(Cause.MISSING, name)
    return value


def text(payload: Mapping[str, Any], name: str) -> str:
    """Return a text; nothing where none was sent."""
    return payload.get(name) or ""


def number(payload: Mapping[str, Any], name: str) -> str:
    """Return an identifier without its padding; nothing where none was sent."""
    value = text(payload, name)
    return normal(value) if value else ""


def day(payload: Mapping[str, Any], name: str, otherwise: date) -> date:
    """Return a date."""
    value: datetime | None = payload.get(name)
    return value.date() if value else otherwise


def unit(payload: Mapping[str, Any], name: str) -> str:
    """Return the internal code of the unit a payload names in one of three ways."""
    stem = name.removeprefix("Op")
    return heard(
        text(payload, name),
        internal=text(payload, f"{stem}SAPCode"),
        iso=text(payload, f"{stem}ISOCode"),
    )


def line(payload: Mapping[str, Any]) -> Line:
    """Read one goods movement, from a material document's item or a confirmation's."""
    order = number(payload, "ManufacturingOrder") or number(payload, "OrderID")
    return Line(
        type=required(payload, "GoodsMovementType"),
        material=normal(required(payload, "Material")),
        plant=required(payload, "Plant"),
        quantity=payload.get("QuantityInEntryUnit") or ZERO,
        unit=unit(payload, "EntryUnit"),
        location=text(payload, "StorageLocation"),
        batch=text(payload, "Batch"),
        order=order,
        reservation=number(payload, "Reservation"),
        item=number(payload, "ReservationItem"),
        cost_center=number(payload, "CostCenter"),
        to_location=text(payload, "IssuingOrReceivingStorageLoc"),
        to_batch=text(payload, "IssgOrRcvgBatch"),
        stock_type=text(payload, "InventoryStockType"),
        reason=text(payload, "GoodsMovementReasonCode"),
        text=text(payload, "MaterialDocumentItemText"),
        delivery_completed=bool(payload.get("IsCompletelyDelivered")),
        final_issue=bool(payload.get("ReservationIsFinallyIssued")),
    )

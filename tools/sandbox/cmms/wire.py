"""The contract's JSON: every record as the CMMS answers it."""

from __future__ import annotations

from datetime import UTC, datetime

from tools.jsontext import Writable
from tools.objects import units
from tools.objects.equipment import Equipment
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceStatus,
    MaintenanceWindow,
)
from tools.objects.quantity import Quantity, plain

Row = dict[str, Writable]

STATUSES = {
    MaintenanceStatus.OPEN: "open",
    MaintenanceStatus.IN_PROCESS: "in_progress",
    MaintenanceStatus.COMPLETED: "done",
    MaintenanceStatus.CANCELLED: "cancelled",
}


def moment(at: datetime | None) -> str | None:
    """Return a time in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def amount(quantity: Quantity) -> Row:
    """Return a quantity in English units; a code no table knows stands as it is."""
    entry = units.table().get(quantity.unit)
    return {"value": plain(quantity.amount), "unit": quantity.unit if entry is None else entry.en}


def equipment(record: Equipment) -> Row:
    """Return an asset."""
    return {
        "id": record.number,
        "site": record.plant,
        "name": record.description,
        "work_center": record.work_center,
        "manufacturer": record.manufacturer,
        "serial": record.serial,
        "criticality": record.criticality,
        "active": record.active,
    }


def notification(record: MaintenanceNotification) -> Row:
    """Return a notification."""
    return {
        "id": record.number,
        "site": record.plant,
        "equipment": record.equipment,
        "title": record.text,
        "description": record.long_text,
        "status": STATUSES[record.status],
        "breakdown": record.breakdown,
        "reported_at": moment(record.reported_at),
        "malfunction_start": moment(record.malfunction_start),
        "malfunction_end": moment(record.malfunction_end),
        "work_order": record.order,
        "external_ref": record.reference,
    }


def work_order(record: MaintenanceOrder) -> Row:
    """Return a work order."""
    return {
        "id": record.number,
        "site": record.plant,
        "equipment": record.equipment,
        "title": record.text,
        "type": record.type,
        "status": STATUSES[record.status],
        "planned_start": moment(record.start),
        "planned_end": moment(record.end),
        "work": amount(record.work),
        "notification": record.notification,
        "external_ref": record.reference,
    }


def window(record: MaintenanceWindow) -> Row:
    """Return a maintenance window."""
    return {
        "id": record.number,
        "site": record.plant,
        "equipment": record.equipment,
        "start": moment(record.start),
        "end": moment(record.end),
        "reason": record.reason,
    }

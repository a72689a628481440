"""The contract's JSON: every record as the site answers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypeAlias

from tools.objects import units
from tools.objects.confirmation import ActivityUse, Confirmation, MaterialUse
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.nonconformance import Hold
from tools.objects.order import Component, Operation, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.objects.task import SupervisorTask
from tools.sandbox.ignition.state import SITE_UNITS, AuditEvent

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | bool | None"
Row: TypeAlias = dict[str, Json]

CATEGORIES = {OrderCategory.PRODUCTION: "discrete", OrderCategory.PROCESS: "process"}

STATUSES = {
    OrderStatus.CREATED: "created",
    OrderStatus.RELEASED: "released",
    OrderStatus.IN_PROGRESS: "running",
    OrderStatus.PARTIALLY_CONFIRMED: "partly_reported",
    OrderStatus.CONFIRMED: "finished",
    OrderStatus.DELIVERED: "delivered",
    OrderStatus.TECHNICALLY_COMPLETED: "completed",
    OrderStatus.CLOSED: "closed",
    OrderStatus.ON_HOLD: "held",
    OrderStatus.DISCARDED: "cancelled",
}

KINDS = {
    MovementType.RECEIPT_ORDER: "receipt",
    MovementType.RECEIPT_ORDER_REVERSAL: "receipt_return",
    MovementType.ISSUE_COST_CENTER: "cost_issue",
    MovementType.ISSUE_COST_CENTER_REVERSAL: "cost_issue_return",
    MovementType.ISSUE_ORDER: "issue",
    MovementType.ISSUE_ORDER_REVERSAL: "issue_return",
    MovementType.TRANSFER_LOCATION: "transfer",
    MovementType.TRANSFER_LOCATION_REVERSAL: "transfer_return",
    MovementType.RELEASE_FROM_QUALITY: "quality_release",
    MovementType.BACK_TO_QUALITY: "quality_return",
    MovementType.UNBLOCK: "unblock",
    MovementType.BLOCK: "block",
    MovementType.BYPRODUCT_RECEIPT: "byproduct",
    MovementType.BYPRODUCT_RECEIPT_REVERSAL: "byproduct_return",
    MovementType.SCRAP: "scrap",
    MovementType.SCRAP_REVERSAL: "scrap_return",
    MovementType.INITIAL_STOCK: "initial",
    MovementType.INITIAL_STOCK_REVERSAL: "initial_return",
    MovementType.INVENTORY_GAIN: "gain",
    MovementType.INVENTORY_LOSS: "loss",
}


def amount(quantity: Quantity) -> Row:
    """Return a quantity in the site's unit names."""
    return {"value": f"{quantity.amount:f}", "unit": unit_name(quantity.unit)}


def unit_name(code: str) -> str:
    """Return what the site calls a unit; a code no table knows stands as it is."""
    if code in SITE_UNITS:
        return SITE_UNITS[code]
    entry = units.table().get(code)
    return code if entry is None else entry.en


def moment(at: datetime | None) -> str | None:
    """Return a time in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def key(reference: str | None) -> str | None:
    """Return a reference as the contract writes it: a GUID loses its dashes."""
    return None if reference is None else reference.replace("-", "").lower()


def day(on: date) -> str:
    """Return a date."""
    return on.isoformat()


def order(record: ProductionOrder, version: int, *, whole: bool) -> Row:
    """Return an order; ``whole`` with its operations and components."""
    row: Row = {
        "number": record.number,
        "plant": record.plant,
        "material": record.material,
        "category": CATEGORIES[record.category],
        "type": record.type,
        "status": STATUSES[record.status],
        "quantity": amount(record.quantity),
        "good": amount(record.yielded),
        "scrap": amount(record.scrapped),
        "delivered": amount(record.delivered),
        "planned_start": moment(record.planned_start),
        "planned_end": moment(record.planned_end),
        "locked": record.locked,
        "production_version": record.production_version,
        "priority": record.priority,
        "note": record.note,
        "version": version,
    }
    if whole:
        row["operations"] = [_operation(entry) for entry in record.operations]
        row["components"] = [_component(entry) for entry in record.components]
    return row


def _operation(record: Operation) -> Row:
    return {
        "number": record.number,
        "work_center": record.work_center,
        "description": record.description,
        "planned": amount(record.planned),
        "good": amount(record.yielded),
        "scrap": amount(record.scrapped),
        "control_key": record.control_key,
        "status": STATUSES[record.status],
        "started_at": moment(record.started_at),
        "finished_at": moment(record.finished_at),
    }


def _component(record: Component) -> Row:
    return {
        "reservation": record.reservation,
        "item": record.item,
        "material": record.material,
        "required": amount(record.required),
        "used": amount(record.withdrawn),
        "operation": record.operation,
        "location": record.location,
        "batch": record.batch,
        "backflush": record.backflushed,
        "complete": record.final_issue,
    }


def confirmation(record: Confirmation, version: int) -> Row:
    """Return a confirmation."""
    return {
        "number": record.number,
        "order": record.order,
        "operation": record.operation,
        "good": amount(record.yielded),
        "scrap": amount(record.scrapped),
        "rework": amount(record.reworked),
        "state": record.state.value,
        "posting_date": day(record.posting_date),
        "entered_at": moment(record.entered_at),
        "final": record.final,
        "work_center": record.work_center,
        "operator": record.operator,
        "variance_reason": record.variance_reason,
        "note": record.note,
        "reference": key(record.reference),
        "reverses": record.reverses,
        "components": [_use(use) for use in record.uses],
        "activities": [_activity(use) for use in record.activities],
        "failed": [_use(use) for use in record.failed],
        "documents": list(record.documents),
        "version": version,
    }


def _use(record: MaterialUse) -> Row:
    return {
        "material": record.material,
        "quantity": amount(record.quantity),
        "location": record.location,
        "batch": record.batch,
        "reservation": record.reservation,
        "item": record.item,
    }


def _activity(record: ActivityUse) -> Row:
    return {"activity": record.activity, "quantity": amount(record.quantity)}


def document(record: MaterialDocument, version: int) -> Row:
    """Return a document of consumption."""
    return {
        "number": record.number,
        "posting_date": day(record.posting_date),
        "reported_at": moment(record.entered_at),
        "reference": key(record.reference),
        "text": record.header_text,
        "reverses": record.reverses,
        "reversed_by": record.reversed_by,
        "lines": [_line(entry) for entry in record.lines],
        "version": version,
    }


def _line(record: GoodsMovement) -> Row:
    return {
        "kind": KINDS[record.type],
        "material": record.material,
        "plant": record.plant,
        "quantity": amount(record.quantity),
        "location": record.location,
        "batch": record.batch,
        "order": record.order,
        "operation": record.operation,
        "reservation": record.reservation,
        "item": record.item,
        "to_location": record.to_location,
        "to_batch": record.to_batch,
        "cost_center": record.cost_center,
        "reason": record.reason,
        "text": record.text,
    }


def stock(record: StockLine) -> Row:
    """Return a line of line-side stock."""
    return {
        "plant": record.plant,
        "material": record.material,
        "location": record.location,
        "type": record.type.value,
        "quantity": amount(record.quantity),
        "batch": record.batch,
        "special": record.special,
    }


def material(record: Material) -> Row:
    """Return a material with its units."""
    own = record.base_unit
    return {
        "plant": record.plant,
        "material": record.number,
        "description": record.description,
        "unit": unit_name(own),
        "units": [
            {
                "counted": amount(Quantity(one.denominator, one.unit)),
                "are": amount(Quantity(one.numerator, own)),
            }
            for one in record.conversions
        ],
        "batches": record.batch_managed,
    }


def message(record: SyncMessage, version: int) -> Row:
    """Return a message to the ERP."""
    return {
        "number": record.number,
        "plant": record.plant,
        "type": record.type,
        "object": record.object,
        "state": record.state.value,
        "queued_at": moment(record.queued_at),
        "attempts": record.attempts,
        "refusals": [
            {"class": no.message_class, "number": no.message_number, "text": no.text}
            for no in record.refusals
        ],
        "confirmation": record.confirmation,
        "order": record.order,
        "version": version,
    }


def hold(record: Hold, version: int) -> Row:
    """Return a hold."""
    return {
        "number": record.number,
        "plant": record.plant,
        "kind": record.kind.value,
        "object": record.object,
        "reason": record.reason,
        "since": moment(record.since),
        "by": record.by,
        "active": record.active,
        "reference": key(record.reference),
        "note": record.note,
        "version": version,
    }


def task(record: SupervisorTask, version: int) -> Row:
    """Return a supervisor task."""
    return {
        "number": record.number,
        "plant": record.plant,
        "title": record.title,
        "text": record.text,
        "order": record.order,
        "created_at": moment(record.created_at),
        "open": record.open,
        "assignee": record.assignee,
        "reference": key(record.reference),
        "version": version,
    }


def audit_event(number: str, event: AuditEvent, version: int) -> Row:
    """Return a row of an audit profile."""
    return {
        "number": number,
        "profile": event.profile,
        "actor": event.actor,
        "action": event.action,
        "target": event.target,
        "value": event.value,
        "at": moment(event.at),
        "reference": event.reference,
        "version": version,
    }

"""How the desk's processes write the records they answer ([sandbox] throughout)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from tools.jsontext import Writable
from tools.objects.confirmation import Confirmation, MaterialUse
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.objects.nonconformance import Hold
from tools.objects.quantity import Quantity
from tools.objects.scrap import ScrapReport
from tools.objects.sync import SyncMessage
from tools.sandbox.dm.call import moment
from tools.sandbox.dm.messages import status
from tools.sandbox.dm.state import DmState


def midday(day: date) -> datetime:
    """Return a moment that falls on this day in every zone of a plant."""
    return datetime.combine(day, time(12), UTC)


def confirmation(entry: Confirmation) -> Writable:
    """Write a confirmation."""
    return {
        "confirmation": entry.number,
        "order": entry.order,
        "operation": entry.operation,
        "yielded": _quantity(entry.yielded),
        "scrapped": _quantity(entry.scrapped),
        "reworked": _quantity(entry.reworked),
        "status": entry.state.name,
        "postingDate": entry.posting_date.isoformat(),
        "createdDateTime": moment(entry.entered_at),
        "final": entry.final,
        "workCenter": entry.work_center,
        "postedBy": entry.operator,
        "reasonCode": entry.variance_reason,
        "note": entry.note,
        "reference": entry.reference,
        "reverses": entry.reverses,
        "components": [_use(use) for use in entry.uses],
        "activities": [
            {"activity": one.activity, "quantity": _quantity(one.quantity)}
            for one in entry.activities
        ],
        "documents": list(entry.documents),
    }


def message(state: DmState, entry: SyncMessage) -> Writable:
    """Write an integration message with every refusal it met."""
    return {
        "message": entry.number,
        "plant": entry.plant,
        "messageType": entry.type,
        "object": entry.object,
        "overallStatus": status(state, entry),
        "createdDateTime": moment(entry.queued_at),
        "attempts": entry.attempts,
        "confirmation": entry.confirmation,
        "order": entry.order,
        "refusals": [
            {
                "id": refusal.message_class,
                "number": refusal.message_number,
                "message": refusal.text,
            }
            for refusal in entry.refusals
        ],
    }


def hold(entry: Hold) -> Writable:
    """Write a hold."""
    return {
        "hold": entry.number,
        "plant": entry.plant,
        "kind": entry.kind.name,
        "object": entry.object,
        "reason": entry.reason,
        "createdDateTime": moment(entry.since),
        "createdBy": entry.by,
        "active": entry.active,
        "reference": entry.reference,
        "note": entry.note,
    }


def document(entry: MaterialDocument) -> Writable:
    """Write a goods movement."""
    return {
        "document": entry.number,
        "postingDate": entry.posting_date.isoformat(),
        "createdDateTime": moment(entry.entered_at),
        "reference": entry.reference,
        "comments": entry.header_text,
        "reverses": entry.reverses,
        "reversedBy": entry.reversed_by,
        "lines": [_line(line) for line in entry.lines],
    }


def scrap(entry: ScrapReport) -> Writable:
    """Write a scrap report."""
    return {
        "report": entry.number,
        "plant": entry.plant,
        "order": entry.order,
        "operation": entry.operation,
        "material": entry.material,
        "quantity": _quantity(entry.quantity),
        "reasonCode": entry.reason,
        "createdDateTime": moment(entry.reported_at),
        "postedBy": entry.operator,
        "component": entry.component,
        "note": entry.note,
    }


def _line(line: GoodsMovement) -> Writable:
    return {
        "movementType": line.type,
        "material": line.material,
        "plant": line.plant,
        "quantity": _quantity(line.quantity),
        "location": line.location,
        "batch": line.batch,
        "order": line.order,
        "operation": line.operation,
        "reservation": line.reservation,
        "item": line.item,
        "toLocation": line.to_location,
        "toBatch": line.to_batch,
        "costCenter": line.cost_center,
        "reasonCode": line.reason,
        "text": line.text,
    }


def _use(use: MaterialUse) -> Writable:
    return {
        "material": use.material,
        "quantity": _quantity(use.quantity),
        "location": use.location,
        "batch": use.batch,
        "reservation": use.reservation,
        "item": use.item,
    }


def _quantity(quantity: Quantity) -> Writable:
    return {"value": quantity.amount, "unit": quantity.unit}

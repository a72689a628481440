"""The maintenance desk: creating notifications and work orders, and moving them on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import TypeVar

from tools.objects.equipment import Equipment
from tools.objects.identifiers import normal
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceStatus,
)
from tools.objects.quantity import Quantity
from tools.sandbox.cmms.bodies import Change, NewNotification, NewWorkOrder, Status
from tools.sandbox.cmms.problem import Problem, conflict, missing, unprocessable
from tools.sandbox.cmms.state import CmmsState, Record
from tools.sandbox.cmms.wire import STATUSES

EntryT = TypeVar("EntryT", MaintenanceNotification, MaintenanceOrder)

_MEANT = {Status(word): status for status, word in STATUSES.items()}
_NEXT = {
    MaintenanceStatus.OPEN: frozenset(
        {
            MaintenanceStatus.IN_PROCESS,
            MaintenanceStatus.COMPLETED,
            MaintenanceStatus.CANCELLED,
        }
    ),
    MaintenanceStatus.IN_PROCESS: frozenset(
        {MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED}
    ),
    MaintenanceStatus.COMPLETED: frozenset[MaintenanceStatus](),
    MaintenanceStatus.CANCELLED: frozenset[MaintenanceStatus](),
}


def notification(state: CmmsState, number: str) -> MaintenanceNotification:
    """Return a notification, or say that there is none."""
    entry = state.notifications.get(normal(number))
    if entry is None:
        raise missing("notification", number)
    return entry


def work_order(state: CmmsState, number: str) -> MaintenanceOrder:
    """Return a work order, or say that there is none."""
    entry = state.orders.get(normal(number))
    if entry is None:
        raise missing("work order", number)
    return entry


def create_notification(
    state: CmmsState, body: NewNotification, now: datetime
) -> MaintenanceNotification:
    """Report a fault or a need."""
    asset = _asset(state, body.equipment, body.site)
    start, end = body.malfunction_start, body.malfunction_end
    if start is not None and end is not None:
        _in_order(start, end, "malfunction_end")
    entry = MaintenanceNotification(
        number=state.next_number(Record.NOTIFICATION),
        plant=body.site,
        equipment=asset.number,
        text=body.title,
        status=MaintenanceStatus.OPEN,
        reported_at=now,
        breakdown=body.breakdown,
        malfunction_start=start,
        malfunction_end=end,
        long_text=body.description or "",
        reference=body.external_ref,
    )
    state.put_notification(entry)
    return entry


def create_work_order(state: CmmsState, body: NewWorkOrder, now: datetime) -> MaintenanceOrder:
    """Plan work on an asset; the notification it answers is in progress from then on."""
    del now
    asset = _asset(state, body.equipment, body.site)
    _in_order(body.planned_start, body.planned_end, "planned_end")
    about = _answered(state, body, asset)
    hours = Decimal((body.planned_end - body.planned_start).total_seconds()) / 3600
    entry = MaintenanceOrder(
        number=state.next_number(Record.WORK_ORDER),
        plant=body.site,
        equipment=asset.number,
        text=body.title,
        type=body.type,
        status=MaintenanceStatus.OPEN,
        start=body.planned_start,
        end=body.planned_end,
        work=Quantity(hours.quantize(Decimal("0.01")), "STD"),
        notification=about.number if about else None,
        reference=body.external_ref,
    )
    state.put_order(entry)
    if about is not None:
        state.put_notification(
            replace(about, status=MaintenanceStatus.IN_PROCESS, order=entry.number)
        )
    return entry


def change_notification(
    state: CmmsState, number: str, body: Change, etag: str | None
) -> MaintenanceNotification:
    """Move a notification on."""
    entry = notification(state, number)
    _current(state, Record.NOTIFICATION, entry.number, etag)
    changed = _moved(entry, body)
    state.put_notification(changed)
    return changed


def change_work_order(
    state: CmmsState, number: str, body: Change, etag: str | None
) -> MaintenanceOrder:
    """Move a work order on."""
    entry = work_order(state, number)
    _current(state, Record.WORK_ORDER, entry.number, etag)
    changed = _moved(entry, body)
    state.put_order(changed)
    return changed


def _moved(entry: EntryT, body: Change) -> EntryT:
    wanted = _MEANT[body.status]
    if wanted not in _NEXT[entry.status]:
        stands = STATUSES[entry.status]
        raise conflict("status", f"{entry.number} is {stands}, not to be {body.status}", "status")
    return replace(entry, status=wanted)


def _asset(state: CmmsState, number: str, site: str) -> Equipment:
    asset = state.equipment.get(normal(number))
    if asset is None:
        raise unprocessable("reference", f"there is no equipment {number}", "equipment")
    if asset.plant != site:
        raise conflict("site_mismatch", f"equipment {number} stands in {asset.plant}", "site")
    if not asset.active:
        raise conflict("equipment_inactive", f"equipment {number} is out of use", "equipment")
    return asset


def _answered(
    state: CmmsState, body: NewWorkOrder, asset: Equipment
) -> MaintenanceNotification | None:
    if body.notification is None:
        return None
    about = state.notifications.get(normal(body.notification))
    if about is None or about.equipment != asset.number:
        detail = f"there is no notification {body.notification} for {asset.number}"
        raise unprocessable("reference", detail, "notification")
    if about.status is not MaintenanceStatus.OPEN:
        stands = STATUSES[about.status]
        raise conflict("status", f"notification {about.number} is {stands}", "notification")
    return about


def _in_order(start: datetime, end: datetime, field: str) -> None:
    if end < start:
        raise unprocessable("period", f"{field} is before the start", field)


def _current(state: CmmsState, record: Record, number: str, etag: str | None) -> None:
    if number in state.locked:
        raise Problem(HTTPStatus.LOCKED, "locked", f"{record} {number} is open elsewhere")
    if etag is None:
        detail = f"say in If-Match which version of {record} {number} is meant"
        raise Problem(HTTPStatus.PRECONDITION_REQUIRED, "etag_missing", detail)
    if etag != state.etag(record, number):
        detail = f"{record} {number} changed since it was read"
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "etag_stale", detail)

"""The contract's records, and the canonical ones they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from tools.objects import units
from tools.objects.equipment import Equipment
from tools.objects.identifiers import normal
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceStatus,
    MaintenanceWindow,
)
from tools.objects.reference import Reference
from tools.shape import Shape


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Named: TypeAlias = Callable[[str], str]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]


class Status(StrEnum):
    """The contract's words for a status."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


STATUSES = {
    Status.OPEN: MaintenanceStatus.OPEN,
    Status.IN_PROGRESS: MaintenanceStatus.IN_PROCESS,
    Status.DONE: MaintenanceStatus.COMPLETED,
    Status.CANCELLED: MaintenanceStatus.CANCELLED,
}


class EquipmentRow(Shape):
    """An asset."""

    id: str
    site: str
    name: str
    work_center: str | None
    manufacturer: str | None
    serial: str | None
    criticality: str | None
    active: bool


class NotificationRow(Shape):
    """A notification."""

    id: str
    site: str
    equipment: str
    title: str
    description: str
    status: Status
    breakdown: bool
    reported_at: Moment
    malfunction_start: Moment | None
    malfunction_end: Moment | None
    work_order: str | None
    external_ref: str | None


class Amount(Shape):
    """A quantity in the CMMS's unit names."""

    value: Number
    unit: str


class WorkOrderRow(Shape):
    """A work order."""

    id: str
    site: str
    equipment: str
    title: str
    type: str
    status: Status
    planned_start: Moment
    planned_end: Moment
    work: Amount
    notification: str | None
    external_ref: str | None


class WindowRow(Shape):
    """A maintenance window."""

    id: str
    site: str
    equipment: str
    start: Moment
    end: Moment
    reason: str


def asset(row: EquipmentRow, plant: Named) -> Equipment:
    """Return an asset as Concord keeps it."""
    return Equipment(
        number=normal(row.id),
        plant=plant(row.site),
        description=row.name,
        work_center=row.work_center,
        manufacturer=row.manufacturer,
        serial=row.serial,
        criticality=row.criticality,
        active=row.active,
    )


def notification(row: NotificationRow, plant: Named) -> MaintenanceNotification:
    """Return a notification as Concord keeps it."""
    return MaintenanceNotification(
        number=normal(row.id),
        plant=plant(row.site),
        equipment=normal(row.equipment),
        text=row.title,
        status=STATUSES[row.status],
        reported_at=row.reported_at,
        breakdown=row.breakdown,
        malfunction_start=row.malfunction_start,
        malfunction_end=row.malfunction_end,
        order=None if row.work_order is None else normal(row.work_order),
        long_text=row.description,
        reference=_short(row.external_ref),
    )


def work_order(row: WorkOrderRow, names: Mapping[str, str], plant: Named) -> MaintenanceOrder:
    """Return a work order as Concord keeps it; ``names`` are the CMMS's own names of units.

    Raises:
        UnknownUnit: Its work is counted in a unit nobody knows.
    """
    work = units.quantity(Decimal(row.work.value), row.work.unit, "en", aliases=names)
    return MaintenanceOrder(
        number=normal(row.id),
        plant=plant(row.site),
        equipment=normal(row.equipment),
        text=row.title,
        type=row.type,
        status=STATUSES[row.status],
        start=row.planned_start,
        end=row.planned_end,
        work=work,
        notification=None if row.notification is None else normal(row.notification),
        reference=_short(row.external_ref),
    )


def window(row: WindowRow, plant: Named) -> MaintenanceWindow:
    """Return a window as Concord keeps it."""
    return MaintenanceWindow(
        number=normal(row.id),
        plant=plant(row.site),
        equipment=normal(row.equipment),
        start=row.start,
        end=row.end,
        reason=row.reason,
    )


def _short(mark: str | None) -> str | None:
    """Return a mark in the form S/4's maintenance carries it, so that both compare."""
    reference = Reference.read(mark)
    return reference.short if reference else mark

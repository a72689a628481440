"""Maintenance: notifications, orders and the windows in which a machine is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tools.objects.quantity import Quantity


class MaintenanceStatus(StrEnum):
    """How far a notification or order has come."""

    OPEN = "open"
    IN_PROCESS = "in_process"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MaintenanceNotification:
    """Something is wrong with an asset. ``reference`` is the mark its reporter gave it."""

    number: str
    plant: str
    equipment: str
    text: str
    status: MaintenanceStatus
    reported_at: datetime
    breakdown: bool = False
    malfunction_start: datetime | None = None
    malfunction_end: datetime | None = None
    order: str | None = None
    long_text: str = ""
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class MaintenanceOrder:
    """Work on an asset, planned or under way."""

    number: str
    plant: str
    equipment: str
    text: str
    type: str
    status: MaintenanceStatus
    start: datetime
    end: datetime
    work: Quantity
    notification: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A time in which an asset belongs to maintenance."""

    number: str
    plant: str
    equipment: str
    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class NotificationDraft:
    """A notification to be created."""

    plant: str
    equipment: str
    text: str
    long_text: str
    breakdown: bool
    malfunction_start: datetime
    malfunction_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkOrderDraft:
    """A maintenance order to be created."""

    plant: str
    equipment: str
    text: str
    type: str
    start: datetime
    end: datetime
    notification: str | None = None

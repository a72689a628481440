"""Maintenance: notifications and maintenance orders, created and moved on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from tools.objects.identifiers import normal
from tools.sandbox.s4.loading.maintenance import ASSET_RUNS, EQUIPMENT, basic_dates
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row, clock_time, midnight
from tools.sandbox.s4.state import S4

OUTSTANDING, IN_PROCESS, COMPLETED = "1", "3", "4"
_PHASES = MappingProxyType(
    {OUTSTANDING: "Outstanding", "2": "Postponed", IN_PROCESS: "In process", COMPLETED: "Completed"}
)


def equipment_row(state: S4, number: str) -> Row:
    """Return an asset.

    Raises:
        Refused: There is none of that number.
    """
    row = state.equipment.get((normal(number),))
    if row is None:
        raise Refused(Cause.EQUIPMENT_UNKNOWN, number)
    return row


def create_notification(state: S4, given: Mapping[str, Any], now: datetime) -> Row:
    """Write a notification; what the request leaves open, its asset fills in.

    Raises:
        Refused: The asset is unknown.
    """
    asset = equipment_row(state, given["TechnicalObject"])
    number = state.numbers.draw(Range.NOTIFICATION)
    row: Row = {
        "MaintenancePlant": asset["MaintenancePlant"],
        "MaintenancePlanningPlant": asset["MaintenancePlant"],
        "MainWorkCenter": asset["WorkCenter"],
        **given,
        "MaintenanceNotification": number,
        "TechnicalObject": asset["Equipment"],
        "TechObjIsEquipOrFuncnlLoc": EQUIPMENT,
        "TechnicalObjectDescription": asset["EquipmentName"],
        "MaintNotificationLongText": given.get("MaintNotifLongTextForEdit") or "",
        "ReportedByUser": given.get("ReportedByUser") or state.user,
        "CreationDate": midnight(now.date()),
        "CreationTime": clock_time(now),
        "NotificationCreationDate": midnight(now.date()),
        "NotificationCreationTime": clock_time(now),
    }
    row.pop("MaintNotifLongTextForEdit", None)
    state.notifications[(number,)] = row
    move_notification(row, OUTSTANDING, now)
    return row


def move_notification(row: Row, phase: str, now: datetime) -> None:
    """Bring a notification into another phase."""
    row["NotifProcessingPhase"] = phase
    row["NotifProcessingPhaseDesc"] = _PHASES[phase]
    row["LastChangeDateTime"] = now
    row["LastChangeDate"], row["LastChangeTime"] = midnight(now.date()), clock_time(now)
    if phase == COMPLETED:
        row["NotificationCompletionDate"] = midnight(now.date())
        row["CompletionTime"] = clock_time(now)


def notification_row(state: S4, number: str) -> Row:
    """Return a notification.

    Raises:
        Refused: There is none of that number.
    """
    row = state.notifications.get((normal(number),))
    if row is None:
        raise Refused(Cause.MAINTENANCE_UNKNOWN, "Notification", number)
    return row


def put_in_process(state: S4, number: str, now: datetime) -> Row:
    """Start to work on a notification."""
    row = notification_row(state, number)
    _require_phase(row, {OUTSTANDING, "2"})
    move_notification(row, IN_PROCESS, now)
    return row


def complete_notification(state: S4, number: str, now: datetime) -> Row:
    """Complete a notification."""
    row = notification_row(state, number)
    _require_phase(row, {OUTSTANDING, "2", IN_PROCESS})
    move_notification(row, COMPLETED, now)
    return row


def _require_phase(row: Row, allowed: set[str]) -> None:
    phase = row["NotifProcessingPhase"]
    if phase not in allowed:
        number = row["MaintenanceNotification"]
        raise Refused(Cause.MAINTENANCE_STATUS, "Notification", number, _PHASES.get(phase, phase))


def create_order(state: S4, given: Mapping[str, Any], now: datetime) -> Row:
    """Write a maintenance order with one operation.

    Raises:
        Refused: The asset or the notification is unknown.
    """
    asset = equipment_row(state, given["Equipment"])
    notification = given.get("MaintenanceNotification") or ""
    origin = notification_row(state, notification) if notification else None
    number = state.numbers.draw(Range.MAINTENANCE_ORDER)
    row: Row = {
        "MaintenancePlant": asset["MaintenancePlant"],
        "MaintenancePlanningPlant": asset["MaintenancePlant"],
        "MainWorkCenter": asset["WorkCenter"],
        "OperationSystemCondition": ASSET_RUNS,
        **given,
        **_dates(given, now),
        "MaintenanceOrder": number,
        "Equipment": asset["Equipment"],
        "EquipmentName": asset["EquipmentName"],
        "TechnicalObject": asset["Equipment"],
        "TechObjIsEquipOrFuncnlLoc": EQUIPMENT,
        "SystemStatusText": "CRTD",
        "CreatedByUser": state.user,
        "LastChangeDateTime": now,
    }
    state.maintenance_orders[(number,)] = row
    state.maintenance_operations[(number, "0010", "")] = {
        "MaintenanceOrder": number,
        "MaintenanceOrderOperation": "0010",
        "OperationDescription": row.get("MaintenanceOrderDesc", ""),
        "Plant": row["MaintenancePlant"],
        "SystemStatusText": "CRTD",
    }
    if origin is not None:
        row["MaintenanceNotification"] = origin["MaintenanceNotification"]
        assign(state, number, notification, now)
    return row


def _dates(given: Mapping[str, Any], now: datetime) -> Row:
    start = _moment(given, "Start") or now
    return basic_dates(start, max(start, _moment(given, "End") or start))


def _moment(given: Mapping[str, Any], side: str) -> datetime | None:
    whole = given.get(f"MaintOrdBasic{side}DateTime")
    if whole is not None:
        return whole
    day = given.get(f"MaintOrdBasic{side}Date")
    if day is None:
        return None
    since: timedelta = given.get(f"MaintOrdBasic{side}Time") or timedelta()
    return day.astimezone(UTC) + since


def order_row(state: S4, number: str) -> Row:
    """Return a maintenance order.

    Raises:
        Refused: There is none of that number.
    """
    row = state.maintenance_orders.get((normal(number),))
    if row is None:
        raise Refused(Cause.MAINTENANCE_UNKNOWN, "Maintenance order", number)
    return row


def assign(state: S4, order: str, notification: str, now: datetime) -> None:
    """Assign a notification to an order, which is thereby worked on."""
    row, origin = order_row(state, order), notification_row(state, notification)
    row["MaintenanceNotification"] = origin["MaintenanceNotification"]
    row["LastChangeDateTime"] = now
    origin["MaintenanceOrder"] = row["MaintenanceOrder"]
    if origin["NotifProcessingPhase"] == OUTSTANDING:
        move_notification(origin, IN_PROCESS, now)


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One step in a maintenance order's life, in the words of its status line."""

    name: str
    allowed: Callable[[list[str]], bool]
    change: Callable[[list[str]], list[str]]


def _without(words: list[str], *gone: str) -> list[str]:
    return [word for word in words if word not in gone]


ORDER_STEPS = {
    step.name: step
    for step in (
        OrderStep(
            "ReleaseMaintenanceOrder",
            lambda words: "CRTD" in words and "LKD" not in words,
            lambda words: ["REL", *_without(words, "CRTD")],
        ),
        OrderStep(
            "SetMaintOrdToTechCompleted",
            lambda words: "REL" in words and not {"TECO", "LKD"} & set(words),
            lambda words: [*words, "TECO"],
        ),
        OrderStep(
            "SetMaintOrderStatusToClosed",
            lambda words: "TECO" in words and "CLSD" not in words,
            lambda words: [*words, "CLSD"],
        ),
        OrderStep(
            "SetMaintOrderStatusToLocked",
            lambda words: not {"LKD", "CLSD"} & set(words),
            lambda words: [*words, "LKD"],
        ),
        OrderStep(
            "SetMaintOrderStatusToUnlocked",
            lambda words: "LKD" in words,
            lambda words: _without(words, "LKD"),
        ),
    )
}


def take_order_step(state: S4, number: str, step: OrderStep, now: datetime) -> Row:
    """Move a maintenance order one step on.

    Raises:
        Refused: It is unknown, or its status does not allow the step.
    """
    row = order_row(state, number)
    words = row["SystemStatusText"].split()
    if not step.allowed(words):
        raise Refused(
            Cause.MAINTENANCE_STATUS, "Maintenance order", number, row["SystemStatusText"]
        )
    row["SystemStatusText"] = " ".join(step.change(words))
    row["LastChangeDateTime"] = now
    return row

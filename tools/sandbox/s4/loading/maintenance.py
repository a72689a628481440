"""Equipment, maintenance notifications, maintenance orders and windows.

S/4 has no record called a window: it is a maintenance order during which the asset does not run.
"""

from __future__ import annotations

from datetime import datetime

from tools.book import PlantBook
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceStatus,
    MaintenanceWindow,
)
from tools.sandbox.s4.numbers import Range
from tools.sandbox.s4.rows import FOREVER, Row, clock_time, midnight
from tools.sandbox.s4.state import S4

PHASE = {
    MaintenanceStatus.OPEN: "1",
    MaintenanceStatus.IN_PROCESS: "3",
    MaintenanceStatus.COMPLETED: "4",
    MaintenanceStatus.CANCELLED: "5",
}
SYSTEM_STATUS = {
    MaintenanceStatus.OPEN: "CRTD",
    MaintenanceStatus.IN_PROCESS: "REL",
    MaintenanceStatus.COMPLETED: "REL TECO",
    MaintenanceStatus.CANCELLED: "CRTD DLFL",
}
ASSET_STANDS, ASSET_RUNS = "0", "1"
EQUIPMENT = "EAMS_EQUI"


def load_maintenance(state: S4, book: PlantBook) -> None:
    """Write assets first, then what was reported and planned for them."""
    _equipment(state, book)
    for notification in book.maintenance.notifications:
        state.numbers.seen(Range.NOTIFICATION, notification.number)
        state.notifications[(notification.number,)] = _notification(notification)
    for order in book.maintenance.orders:
        state.numbers.seen(Range.MAINTENANCE_ORDER, order.number)
        state.maintenance_orders[(order.number,)] = _order(order)
        state.maintenance_operations[(order.number, "0010", "")] = _work(order)
    for window in book.maintenance.windows:
        state.maintenance_orders[(window.number,)] = _window(window)


def basic_dates(start: datetime, end: datetime) -> Row:
    """Write the basic dates of a maintenance order."""
    return {
        "MaintOrdBasicStartDateTime": start,
        "MaintOrdBasicStartDate": midnight(start.date()),
        "MaintOrdBasicStartTime": clock_time(start),
        "MaintOrdBasicEndDateTime": end,
        "MaintOrdBasicEndDate": midnight(end.date()),
        "MaintOrdBasicEndTime": clock_time(end),
    }


def _equipment(state: S4, book: PlantBook) -> None:
    for asset in book.maintenance.equipment:
        state.equipment[(asset.number,)] = {
            "Equipment": asset.number,
            "ValidityEndDate": midnight(FOREVER),
            "ValidityStartDate": midnight(book.today.replace(month=1, day=1)),
            "EquipmentName": asset.description,
            "EquipmentCategory": "M",
            "MaintenancePlant": asset.plant,
            "MaintenancePlanningPlant": asset.plant,
            "WorkCenter": asset.work_center or "",
            "WorkCenterPlant": asset.plant if asset.work_center else "",
            "CompanyCode": book.company_code,
            "AssetManufacturerName": asset.manufacturer or "",
            "ManufacturerSerialNumber": asset.serial or "",
            "ABCIndicator": asset.criticality or "",
            "EquipmentIsAvailable": asset.active,
            "EquipmentIsInactive": not asset.active,
        }


def _notification(notification: MaintenanceNotification) -> Row:
    row: Row = {
        "MaintenanceNotification": notification.number,
        "NotificationText": notification.text[:40],
        "NotificationType": "M2" if notification.breakdown else "M1",
        "NotifProcessingPhase": PHASE[notification.status],
        "TechnicalObject": notification.equipment,
        "TechObjIsEquipOrFuncnlLoc": EQUIPMENT,
        "MaintenancePlant": notification.plant,
        "MaintenancePlanningPlant": notification.plant,
        "MaintenanceObjectIsDown": notification.breakdown,
        "MaintenanceOrder": notification.order or "",
        "MaintNotificationLongText": notification.long_text,
        "MaintNotifExtReferenceNumber": (notification.reference or "")[:20],
        "CreationDate": midnight(notification.reported_at.date()),
        "CreationTime": clock_time(notification.reported_at),
        "LastChangeDateTime": notification.reported_at,
    }
    for side, moment in (
        ("Start", notification.malfunction_start),
        ("End", notification.malfunction_end),
    ):
        if moment is not None:
            row[f"Malfunction{side}Date"] = midnight(moment.date())
            row[f"Malfunction{side}Time"] = clock_time(moment)
    return row


def _order(order: MaintenanceOrder) -> Row:
    return {
        "MaintenanceOrder": order.number,
        "MaintenanceOrderType": order.type,
        "MaintenanceOrderDesc": order.text[:40],
        **basic_dates(order.start, order.end),
        "MaintenanceNotification": order.notification or "",
        "MaintenancePlant": order.plant,
        "MaintenancePlanningPlant": order.plant,
        "Equipment": order.equipment,
        "SystemStatusText": SYSTEM_STATUS[order.status],
        "OperationSystemCondition": ASSET_RUNS,
        "AdditionalDeviceData": (order.reference or "")[:40],
        "LastChangeDateTime": order.start,
    }


def _work(order: MaintenanceOrder) -> Row:
    return {
        "MaintenanceOrder": order.number,
        "MaintenanceOrderOperation": "0010",
        "MaintenanceOrderSubOperation": "",
        "OperationDescription": order.text[:40],
        "Plant": order.plant,
        "MaintOrdOperationWorkDuration": order.work.amount,
        "MaintOrdOpWorkDurationUnit": order.work.unit,
        "SystemStatusText": SYSTEM_STATUS[order.status],
    }


def _window(window: MaintenanceWindow) -> Row:
    return {
        "MaintenanceOrder": window.number,
        "MaintenanceOrderType": "PM02",
        "MaintenanceOrderDesc": window.reason[:40],
        **basic_dates(window.start, window.end),
        "MaintenancePlant": window.plant,
        "MaintenancePlanningPlant": window.plant,
        "Equipment": window.equipment,
        "SystemStatusText": SYSTEM_STATUS[MaintenanceStatus.IN_PROCESS],
        "OperationSystemCondition": ASSET_STANDS,
        "LastChangeDateTime": window.start,
    }

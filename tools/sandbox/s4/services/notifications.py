"""``API_MAINTNOTIFICATION``: what is wrong with an asset."""

from __future__ import annotations

from dataclasses import replace

from tools.sandbox.odata.edm import entity_type
from tools.sandbox.odata.service import Function, FunctionCall, Payload, Service
from tools.sandbox.odata.service import Row as Entity
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.rules.maintaining import (
    complete_notification,
    create_notification,
    move_notification,
    notification_row,
    put_in_process,
)
from tools.sandbox.s4.services import asking
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.world import World

_SET = "MaintenanceNotification"
_CHANGEABLE = frozenset(
    {
        "NotificationText",
        "MaintPriority",
        "MaintNotifLongTextForEdit",
        "MaintNotifExtReferenceNumber",
        "MaintenanceObjectIsDown",
        "MalfunctionStartDate",
        "MalfunctionStartTime",
        "MalfunctionEndDate",
        "MalfunctionEndTime",
        "MainWorkCenter",
    }
)
NOTIFICATION = entity_type(
    "MaintenanceNotificationType",
    "MaintenanceNotification",
    """
    String(12): MaintenanceNotification ReportedByUser MaintenanceOrder
    String(40): NotificationText TechnicalObject TechnicalObjectDescription
    String(1): MaintPriority NotifProcessingPhase
    String(2): NotificationType
    String(60): NotifProcessingPhaseDesc
    DateTime: CreationDate LastChangeDate MalfunctionStartDate MalfunctionEndDate
    DateTime: NotificationCreationDate RequiredStartDate RequiredEndDate NotificationReferenceDate
    DateTime: NotificationCompletionDate
    Time: LastChangeTime CreationTime MalfunctionStartTime MalfunctionEndTime
    Time: NotificationCreationTime NotificationReferenceTime CompletionTime
    DateTimeOffset: LastChangeDateTime
    Boolean: MaintenanceObjectIsDown
    String: MaintNotificationLongText
    String(1333): MaintNotifLongTextForEdit
    String(20): TechObjIsEquipOrFuncnlLoc MaintNotifExtReferenceNumber
    String(4): MaintenancePlanningPlant MainWorkCenterPlant MaintenancePlant
    String(8): MainWorkCenter
    String(224): ConcatenatedActiveSystStsName
    """,
)


def _create(world: World, payload: Payload) -> Row:
    for name in ("NotificationText", "NotificationType", "TechnicalObject"):
        asking.required(payload, name)
    return _shown(create_notification(world.s4, payload, world.clock.now()))


def _change(world: World, entity: Entity, changes: Payload) -> Row:
    row = notification_row(world.s4, entity["MaintenanceNotification"])
    for name in changes:
        if name not in _CHANGEABLE and changes[name] != entity.get(name):
            raise Refused(Cause.NOT_CHANGEABLE, name, f"notification {row[_SET]}")
    given = {name: value for name, value in changes.items() if name in _CHANGEABLE}
    if "MaintNotifLongTextForEdit" in given:
        row["MaintNotificationLongText"] = given.pop("MaintNotifLongTextForEdit")
    row |= given
    move_notification(row, row["NotifProcessingPhase"], world.clock.now())
    return _shown(row)


def _start(world: World, call: FunctionCall) -> Row:
    return _shown(put_in_process(world.s4, call.parameters[_SET], world.clock.now()))


def _complete(world: World, call: FunctionCall) -> Row:
    return _shown(complete_notification(world.s4, call.parameters[_SET], world.clock.now()))


def _shown(row: Row) -> Row:
    return shown(NOTIFICATION, row)


SERVICE = Service(
    name="API_MAINTNOTIFICATION",
    namespace="cds_api_maintnotification",
    sets=(
        replace(
            view(_SET, NOTIFICATION, lambda state: state.notifications.values()),
            create=_create,
            update=_change,
            reference="MaintNotifExtReferenceNumber",
        ),
    ),
    functions=(
        Function(
            "SetMaintNotifToInProcess",
            _start,
            "String(12): MaintenanceNotification!",
            returns=_SET,
            on=_SET,
        ),
        Function(
            "CompleteMaintNotification",
            _complete,
            """
            String(12): MaintenanceNotification!
            DateTime: NotificationReferenceDate
            Time: NotificationReferenceTime
            """,
            returns=_SET,
            on=_SET,
        ),
    ),
    catches=(Refused,),
    translate=as_said,
)

"""Maintenance notifications: ``API_MAINTNOTIFICATION``.

A notification carries its reference in ``MaintNotifExtReferenceNumber`` (20 characters).
"""

from __future__ import annotations

from collections.abc import Mapping

from tools.errors import Misread, after_sending
from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceStatus,
    NotificationDraft,
)
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.sap.decoding import flag, text
from tools.sap.filters import Filter, and_, eq
from tools.sap.landscape import Landscape, normal_text, payload
from tools.sap.literals import Payload
from tools.sap.metadata import Needs

SERVICE = "API_MAINTNOTIFICATION"
NOTIFICATION = "MaintenanceNotification"
EQUIPMENT = "EAMS_EQUI"
TEXT_LENGTH, LONG_TEXT_LENGTH = 40, 1333

NEEDS = Needs(
    sets={
        NOTIFICATION: frozenset(
            {
                "CreationDate",
                "CreationTime",
                "MaintNotifExtReferenceNumber",
                "MaintNotificationLongText",
                "MaintenanceNotification",
                "MaintenanceObjectIsDown",
                "MaintenanceOrder",
                "MaintenancePlant",
                "MalfunctionEndDate",
                "MalfunctionEndTime",
                "MalfunctionStartDate",
                "MalfunctionStartTime",
                "NotifProcessingPhase",
                "NotificationText",
                "NotificationType",
                "TechObjIsEquipOrFuncnlLoc",
                "TechnicalObject",
            }
        )
    },
    functions={"CompleteMaintNotification": frozenset({"MaintenanceNotification"})},
)
PHASES: Mapping[str, MaintenanceStatus] = {
    "1": MaintenanceStatus.OPEN,
    "2": MaintenanceStatus.OPEN,
    "3": MaintenanceStatus.IN_PROCESS,
    "4": MaintenanceStatus.COMPLETED,
    "5": MaintenanceStatus.CANCELLED,
}
"""``NotifProcessingPhase``: outstanding, postponed, in process, completed, marked for deletion."""


class MaintenanceNotifications:
    """Notifications of assets; one half of the port ``Maintenance``.

    Args:
        landscape: The system.
        type: The notification type of what Concord reports.
    """

    def __init__(self, landscape: Landscape, type: str = "M2") -> None:
        self._landscape, self._type = landscape, type
        self._service = landscape.service(SERVICE)

    async def of(self, equipment: str) -> Reading[tuple[MaintenanceNotification, ...]]:
        """Return the notifications of an asset, newest first."""
        rows = await self._service.query(
            NOTIFICATION,
            _about(equipment),
            orderby=("CreationDate desc", "CreationTime desc", "MaintenanceNotification desc"),
        )
        return self._landscape.reading(tuple(self._notification(row) for row in rows))

    async def by_reference(
        self, equipment: str, reference: Reference
    ) -> Reading[MaintenanceNotification | None]:
        """Return the notification that carries a reference."""
        rows = await self._service.query(
            NOTIFICATION,
            and_(_about(equipment), eq("MaintNotifExtReferenceNumber", reference.short)),
        )
        found = self._notification(rows[0]) if rows else None
        return self._landscape.reading(found)

    async def create(self, draft: NotificationDraft, reference: Reference) -> Posted:
        """Report a fault or a need."""
        answer = await self._service.create(NOTIFICATION, self._body(draft, reference))
        with after_sending(self._landscape.system, answer.reply.exchange):
            number = normal(text(answer.row, "MaintenanceNotification"))
            return self._landscape.posted(number, answer)

    async def complete(self, notification: str) -> Posted:
        """Close a notification."""
        number = normal(notification)
        answer = await self._service.call(
            "CompleteMaintNotification", {"MaintenanceNotification": number}
        )
        return self._landscape.posted(number, answer)

    def _body(self, draft: NotificationDraft, reference: Reference) -> Payload:
        times = dict(
            self._landscape.moment_out(
                draft.malfunction_start, "MalfunctionStartDate", "MalfunctionStartTime"
            )
        )
        if draft.malfunction_end is not None:
            times |= self._landscape.moment_out(
                draft.malfunction_end, "MalfunctionEndDate", "MalfunctionEndTime"
            )
        return {
            **payload(
                NotificationType=self._type,
                NotificationText=draft.text[:TEXT_LENGTH],
                MaintNotifLongTextForEdit=draft.long_text[:LONG_TEXT_LENGTH],
                TechnicalObject=normal(draft.equipment),
                TechObjIsEquipOrFuncnlLoc=EQUIPMENT,
                MaintenancePlant=draft.plant,
                MaintNotifExtReferenceNumber=reference.short,
            ),
            **times,
            "MaintenanceObjectIsDown": draft.breakdown,
        }

    def _notification(self, row: Row) -> MaintenanceNotification:
        phase = text(row, "NotifProcessingPhase")
        if phase not in PHASES:
            raise Misread(self._landscape.system, f"{phase!r} is no phase of a notification")
        order = normal_text(row, "MaintenanceOrder")
        return MaintenanceNotification(
            number=normal(text(row, "MaintenanceNotification")),
            plant=text(row, "MaintenancePlant"),
            equipment=normal(text(row, "TechnicalObject")),
            text=text(row, "NotificationText"),
            status=PHASES[phase],
            reported_at=self._landscape.moment_at(row, "CreationDate", "CreationTime"),
            breakdown=flag(row, "MaintenanceObjectIsDown"),
            malfunction_start=self._landscape.moment(
                row, "MalfunctionStartDate", "MalfunctionStartTime"
            ),
            malfunction_end=self._landscape.moment(row, "MalfunctionEndDate", "MalfunctionEndTime"),
            order=normal(order) if order else None,
            long_text=text(row, "MaintNotificationLongText"),
            reference=normal_text(row, "MaintNotifExtReferenceNumber"),
        )


def _about(equipment: str) -> Filter:
    return and_(
        eq("TechnicalObject", normal(equipment)), eq("TechObjIsEquipOrFuncnlLoc", EQUIPMENT)
    )

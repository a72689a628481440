"""Maintenance is told of a fault, in S/4 or in the plant's own maintenance system."""

from __future__ import annotations

from tools.objects.maintenance import MaintenanceNotification, MaintenanceStatus
from tools.sandbox.changes.change import Change, Code, Minutes, Names, ago
from tools.sandbox.cmms.state import Record
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.s4.rows import clock_time, midnight
from tools.sandbox.s4.rules.maintaining import create_notification, equipment_row
from tools.sandbox.world import World


class Notification(Change):
    """A maintenance notification for an asset; ``breakdown`` says that it stands."""

    equipment: Code
    text: Code
    breakdown: bool = True
    long_text: str = ""
    minutes_ago: Minutes = 15

    def apply(self, world: World) -> Names:
        if self.equipment in world.cmms.equipment:
            return {"notification": self._in_cmms(world)}
        if (self.equipment,) not in world.s4.equipment:
            raise Impossible(f"no system has equipment {self.equipment}")
        return {"notification": self._in_erp(world)}

    def _in_cmms(self, world: World) -> str:
        at = ago(world, self.minutes_ago)
        number = world.cmms.next_number(Record.NOTIFICATION)
        world.cmms.put_notification(
            MaintenanceNotification(
                number=number,
                plant=world.cmms.equipment[self.equipment].plant,
                equipment=self.equipment,
                text=self.text,
                status=MaintenanceStatus.OPEN,
                reported_at=at,
                breakdown=self.breakdown,
                malfunction_start=at,
                long_text=self.long_text,
            )
        )
        return number

    def _in_erp(self, world: World) -> str:
        at = ago(world, self.minutes_ago)
        asset = equipment_row(world.s4, self.equipment)
        row = create_notification(
            world.s4,
            {
                "TechnicalObject": asset["Equipment"],
                "NotificationText": self.text[:40],
                "NotificationType": "M2" if self.breakdown else "M1",
                "MaintenanceObjectIsDown": self.breakdown,
                "MalfunctionStartDate": midnight(at.date()),
                "MalfunctionStartTime": clock_time(at),
                "MaintNotifLongTextForEdit": self.long_text,
            },
            at,
        )
        return row["MaintenanceNotification"]

"""Tell maintenance that an asset stands, or stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.maintenance import NotificationDraft
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Maintenance


@dataclass(frozen=True)
class NotifyMaintenance(Action):
    """A maintenance notification for one asset."""

    kind: ClassVar[str] = "notify_maintenance"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.CMMS

    draft: NotificationDraft

    @property
    def touches(self) -> str:
        """The asset."""
        return f"equipment/{self.draft.equipment}"

    def say(self) -> Text:
        """Name the asset and what is told."""
        return text(
            "Notify maintenance of {equipment}: {what}",
            equipment=self.draft.equipment,
            what=self.draft.text,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Create the notification."""
        return await sides[self.system].port(Maintenance).notify(self.draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a notification of the asset that carries the reference."""
        maintenance = sides[self.system].port(Maintenance)
        reading = await maintenance.notification_by_reference(self.draft.equipment, reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.reported_at)

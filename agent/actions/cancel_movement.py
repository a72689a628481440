"""Cancel a material document in the ERP by a reversing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Movements


@dataclass(frozen=True)
class CancelMovement(Action):
    """The reversal of one material document."""

    kind: ClassVar[str] = "cancel_movement"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.ERP

    document: str
    material: str
    plant: str
    reason: str

    @property
    def touches(self) -> str:
        """The stock the document moved."""
        return f"stock/{self.material}/{self.plant}"

    def say(self) -> Text:
        """Name the document and why."""
        return text(
            "Cancel material document {document}: {reason}",
            document=self.document,
            reason=self.reason,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Cancel it."""
        movements = sides[self.system].port(Movements)
        return await movements.cancel_movement(self.document, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether the document says it is reversed."""
        movements = sides[self.system].port(Movements)
        reading = await movements.movement(self.document)
        if reading.value.reversed_by is None:
            return None
        return Posted(self.system, reading.value.reversed_by, reading.read_at)

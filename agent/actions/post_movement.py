"""Book a goods movement in the ERP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.movement import MovementDraft
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Movements


@dataclass(frozen=True)
class PostMovement(Action):
    """One material document: all of its lines, or none."""

    kind: ClassVar[str] = "post_movement"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.ERP

    draft: MovementDraft

    @property
    def touches(self) -> str:
        """The first line's material in its plant: stock is what a movement contends for."""
        line = self.draft.lines[0]
        return f"stock/{line.material}/{line.plant}"

    def say(self) -> Text:
        """Name each line's movement type, quantity and material."""
        lines = "; ".join(
            f"{line.type.value} {line.quantity} {line.material}" for line in self.draft.lines
        )
        return text("Book {lines}", lines=lines)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Post the document."""
        movements = sides[self.system].port(Movements)
        return await movements.post_movement(self.draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a document that carries the reference."""
        movements = sides[self.system].port(Movements)
        reading = await movements.movement_by_reference(reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.entered_at)

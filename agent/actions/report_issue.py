"""Report a goods issue in the MES, which posts it to the ERP as it posts all of them."""

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
class ReportIssue(Action):
    """One component taken for an order, as the shop floor should have reported it."""

    kind: ClassVar[str] = "report_issue"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

    draft: MovementDraft

    @property
    def touches(self) -> str:
        """The order it is taken for."""
        return f"order/{self.draft.lines[0].order}"

    def say(self) -> Text:
        """Name quantity, material and order."""
        line = self.draft.lines[0]
        return text(
            "Report that {quantity} of {material} went into order {order}",
            quantity=line.quantity,
            material=line.material,
            order=line.order,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Report it."""
        return await sides[self.system].port(Movements).post_movement(self.draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a document that carries the reference."""
        movements = sides[self.system].port(Movements)
        reading = await movements.movement_by_reference(reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.entered_at)

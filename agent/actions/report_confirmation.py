"""Report a confirmation in the MES, which posts it to the ERP as it posts all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.confirmation import ConfirmationDraft
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Confirmations


@dataclass(frozen=True)
class ReportConfirmation(Action):
    """One confirmation of an operation, as the shop floor should have reported it."""

    kind: ClassVar[str] = "report_confirmation"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

    draft: ConfirmationDraft

    @property
    def touches(self) -> str:
        """The order it confirms."""
        return f"order/{self.draft.order}"

    def say(self) -> Text:
        """Name order, operation, yield and scrap."""
        return text(
            "Report {yielded} good and {scrapped} scrap on operation {operation} of order {order}",
            yielded=self.draft.yielded,
            scrapped=self.draft.scrapped,
            operation=self.draft.operation,
            order=self.draft.order,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Report the confirmation."""
        confirmations = sides[self.system].port(Confirmations)
        return await confirmations.post_confirmation(self.draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a confirmation of the order that carries the reference."""
        confirmations = sides[self.system].port(Confirmations)
        reading = await confirmations.confirmation_by_reference(self.draft.order, reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.entered_at)

"""Post a confirmation in the ERP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.confirmation import ConfirmationDraft, MaterialUse
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Confirmations


@dataclass(frozen=True)
class PostConfirmation(Action):
    """One confirmation of an order's operation."""

    kind: ClassVar[str] = "post_confirmation"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.ERP

    draft: ConfirmationDraft
    corrects: str | None = None

    @property
    def touches(self) -> str:
        """The order it confirms."""
        return f"order/{self.draft.order}"

    def say(self) -> Text:
        """Name order, operation, yield and scrap."""
        return text(
            "Confirm {yielded} good and {scrapped} scrap on operation {operation} of order {order}",
            yielded=self.draft.yielded,
            scrapped=self.draft.scrapped,
            operation=self.draft.operation,
            order=self.draft.order,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Post the confirmation; its goods movements may fail and wait."""
        confirmations = sides[self.system].port(Confirmations)
        return await confirmations.post_confirmation(self.draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a confirmation of the order that carries the reference."""
        confirmations = sides[self.system].port(Confirmations)
        reading = await confirmations.confirmation_by_reference(self.draft.order, reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.entered_at)

    async def left_undone(self, sides: Sides, number: str) -> tuple[MaterialUse, ...]:
        """Return the goods movements that failed and wait: a posted confirmation hides them."""
        confirmations = sides[self.system].port(Confirmations)
        return (await confirmations.confirmation(number)).value.failed

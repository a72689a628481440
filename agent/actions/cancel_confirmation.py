"""Cancel a confirmation in the ERP by a reversing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.confirmation import ConfirmationState
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Confirmations


@dataclass(frozen=True)
class CancelConfirmation(Action):
    """The reversal of one confirmation: an action of its own, never an undo."""

    kind: ClassVar[str] = "cancel_confirmation"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.ERP

    confirmation: str
    order: str
    reason: str

    @property
    def touches(self) -> str:
        """The order the confirmation belongs to."""
        return f"order/{self.order}"

    def say(self) -> Text:
        """Name the confirmation and why."""
        return text(
            "Cancel confirmation {confirmation} of order {order}: {reason}",
            confirmation=self.confirmation,
            order=self.order,
            reason=self.reason,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Cancel it."""
        confirmations = sides[self.system].port(Confirmations)
        return await confirmations.cancel_confirmation(self.confirmation, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether the confirmation is cancelled: its state tells, not every reversal a mark.

        The reversal's number is named where the system links the two.
        """
        confirmations = sides[self.system].port(Confirmations)
        reading = await confirmations.confirmations(self.order)
        for one in reading.value:
            if one.reverses == self.confirmation:
                return Posted(self.system, one.number, one.entered_at)
        for one in reading.value:
            if one.number == self.confirmation and one.state is ConfirmationState.CANCELLED:
                return Posted(self.system, one.number, reading.read_at)
        return None

"""Keep a confirmation waiting in the MES."""

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
class HoldConfirmation(Action):
    """A reported confirmation is not posted until somebody frees it."""

    kind: ClassVar[str] = "hold_confirmation"
    hard: ClassVar[bool] = False
    system: ClassVar[System] = System.MES

    confirmation: str
    reason: str

    @property
    def touches(self) -> str:
        """The confirmation."""
        return f"confirmation/{self.confirmation}"

    def say(self) -> Text:
        """Name the confirmation and why."""
        return text(
            "Hold confirmation {confirmation}: {reason}",
            confirmation=self.confirmation,
            reason=self.reason,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Hold it."""
        confirmations = sides[self.system].port(Confirmations)
        return await confirmations.hold_confirmation(self.confirmation, self.reason, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether it is held."""
        confirmations = sides[self.system].port(Confirmations)
        reading = await confirmations.confirmation(self.confirmation)
        if reading.value.state is not ConfirmationState.HELD:
            return None
        return Posted(self.system, self.confirmation, reading.read_at)

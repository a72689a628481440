"""Let a held confirmation go on in the MES."""

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
class FreeConfirmation(Action):
    """A held confirmation is posted as the MES would have posted it."""

    kind: ClassVar[str] = "free_confirmation"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

    confirmation: str

    @property
    def touches(self) -> str:
        """The confirmation."""
        return f"confirmation/{self.confirmation}"

    def say(self) -> Text:
        """Name the confirmation."""
        return text("Free confirmation {confirmation}", confirmation=self.confirmation)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Free it."""
        confirmations = sides[self.system].port(Confirmations)
        return await confirmations.free_confirmation(self.confirmation, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether it is on its way again; a cancelled one is neither held nor freed."""
        confirmations = sides[self.system].port(Confirmations)
        reading = await confirmations.confirmation(self.confirmation)
        if reading.value.state in {ConfirmationState.HELD, ConfirmationState.CANCELLED}:
            return None
        return Posted(self.system, self.confirmation, reading.read_at)

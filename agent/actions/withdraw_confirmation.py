"""Withdraw a confirmation in the MES: it is cancelled there, and in the ERP if it got so far."""

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
class WithdrawConfirmation(Action):
    """The end of one reported confirmation; a corrected one may follow it."""

    kind: ClassVar[str] = "withdraw_confirmation"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

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
            "Withdraw confirmation {confirmation}: {reason}",
            confirmation=self.confirmation,
            reason=self.reason,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Cancel it."""
        confirmations = sides[self.system].port(Confirmations)
        return await confirmations.cancel_confirmation(self.confirmation, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether it is cancelled: its state tells, not a new record."""
        reading = await sides[self.system].port(Confirmations).confirmation(self.confirmation)
        if reading.value.state is not ConfirmationState.CANCELLED:
            return None
        return Posted(self.system, self.confirmation, reading.read_at)

"""Withdraw a goods issue in the MES: it is reversed there, and in the ERP if it got so far."""

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
class WithdrawIssue(Action):
    """The end of one reported goods issue; a corrected one may follow it."""

    kind: ClassVar[str] = "withdraw_issue"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

    document: str
    order: str
    reason: str

    @property
    def touches(self) -> str:
        """The order it was reported for."""
        return f"order/{self.order}"

    def say(self) -> Text:
        """Name the document and why."""
        return text(
            "Withdraw goods issue {document}: {reason}", document=self.document, reason=self.reason
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Reverse it."""
        return await sides[self.system].port(Movements).cancel_movement(self.document, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether the document says it is reversed."""
        reading = await sides[self.system].port(Movements).movement(self.document)
        if reading.value.reversed_by is None:
            return None
        return Posted(self.system, reading.value.reversed_by, reading.read_at)

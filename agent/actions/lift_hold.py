"""Let a held object go on in the MES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Holds


@dataclass(frozen=True)
class LiftHold(Action):
    """The end of a hold."""

    kind: ClassVar[str] = "lift_hold"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

    plant: str
    hold: str
    object: str

    @property
    def touches(self) -> str:
        """The held object."""
        return f"hold/{self.hold}"

    def say(self) -> Text:
        """Name the hold."""
        return text("Lift hold {hold} on {object}", hold=self.hold, object=self.object)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Lift it."""
        holds = sides[self.system].port(Holds)
        return await holds.lift_hold(self.hold, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether it is active no longer."""
        holds = sides[self.system].port(Holds)
        reading = await holds.holds(self.plant)
        if any(hold.number == self.hold and hold.active for hold in reading.value):
            return None
        return Posted(self.system, self.hold, reading.read_at)

"""Keep an object from moving on in the MES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.nonconformance import Held
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import Holds


@dataclass(frozen=True)
class PlaceHold(Action):
    """A hold on an order, material or batch."""

    kind: ClassVar[str] = "place_hold"
    hard: ClassVar[bool] = False
    system: ClassVar[System] = System.MES

    plant: str
    held: Held
    object: str
    reason: str

    @property
    def touches(self) -> str:
        """The held object."""
        return f"{self.held.value}/{self.object}"

    def say(self) -> Text:
        """Name the object and why."""
        return text(
            "Hold {held} {object}: {reason}",
            held=self.held.value,
            object=self.object,
            reason=self.reason,
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Place the hold."""
        holds = sides[self.system].port(Holds)
        return await holds.place_hold(self.plant, self.held, self.object, self.reason, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a hold that carries the reference."""
        holds = sides[self.system].port(Holds)
        reading = await holds.hold_by_reference(self.plant, reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.since)

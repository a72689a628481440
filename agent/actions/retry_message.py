"""Send a refused message again, as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.sync import SyncState
from tools.ports import Messages


@dataclass(frozen=True)
class RetryMessage(Action):
    """What the MES wanted to post is tried once more by the system that owns the message."""

    kind: ClassVar[str] = "retry_message"
    hard: ClassVar[bool] = True
    system: ClassVar[System] = System.MES

    message: str
    order: str

    @property
    def touches(self) -> str:
        """The order the message is about."""
        return f"order/{self.order}"

    def say(self) -> Text:
        """Name the message."""
        return text("Send message {message} again", message=self.message)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Send it again."""
        messages = sides[self.system].port(Messages)
        return await messages.retry_message(self.message, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look whether it is on its way again, or through; one that lies refused is to be sent.

        Should it have been refused anew meanwhile, sending it once more posts nothing twice: the
        message itself can go through only once.
        """
        messages = sides[self.system].port(Messages)
        reading = await messages.message(self.message)
        if reading.value.state is SyncState.FAILED:
            return None
        return Posted(self.system, self.message, reading.read_at)

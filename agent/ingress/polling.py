"""Polling: messages that a system refused, where nobody tells us. They are looked for.

The site's sync log and DM's integration messages list what is unsettled, so no mark has to be
kept of how far one had read: whatever is refused stands in the next list too. A message is known
by its number and how often it was sent; the inbox is the memory, and after a restart the same
refusal is a duplicate. A system that is away is asked ever more seldom, until it answers.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC

from sqlalchemy.exc import SQLAlchemyError

from agent import chance
from agent.actions.action import Sides
from agent.correlation import correlated
from agent.ingress.inlet import Inlet
from agent.ingress.sender import Sender
from tools.errors import NotOffered, ToolError
from tools.objects.reading import System
from tools.objects.sync import SyncMessage, SyncState
from tools.ports import Messages

log = logging.getLogger("concord.ingress")

ASKED = (System.ERP, System.MES)
MOST_DOUBLINGS = 5
SIGNAL = "concord.posting.rejected.v1"


class Poller:
    """Looks for what one system of a plant refused.

    Args:
        plant: The plant's code.
        system: The system that is asked.
        sides: The plant's sides.
        inlet: Takes signals in.
        sleep: Waits until the next look.
    """

    def __init__(
        self,
        plant: str,
        system: System,
        sides: Sides,
        inlet: Inlet,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._plant, self._system, self._sides = plant, system, sides
        self._inlet, self._sleep = inlet, sleep
        self._sender = Sender(f"poll:{system.value}:{plant}", frozenset({plant}))
        self._told = frozenset[str]()

    async def look_every(self, seconds: float) -> None:
        """Look until cancelled, or until it is plain that the system keeps no such messages."""
        failed = 0
        while True:
            try:
                await self.look()
                failed = 0
            except NotOffered:
                log.info("%s of plant %s keeps no messages", self._system.value, self._plant)
                return
            except (ToolError, SQLAlchemyError) as error:
                failed = min(failed + 1, MOST_DOUBLINGS)
                log.warning("messages of plant %s were not read: %s", self._plant, error)
            await self._sleep(seconds * 2**failed)

    async def look(self) -> int:
        """Take in what was refused since the last look, and return how much that was.

        Raises:
            NotOffered: The system keeps no such messages.
            ToolError: It could not be asked.
        """
        port = self._sides[self._system].port(Messages)
        found = (await port.messages(self._plant)).value
        refused = {name_of(one): one for one in found if one.state is SyncState.FAILED}
        new = [one for name, one in refused.items() if name not in self._told]
        await asyncio.gather(*(self._take(one) for one in new))
        self._told = frozenset(refused)
        return len(new)

    async def _take(self, message: SyncMessage) -> None:
        with correlated(chance.identifier()):
            await self._inlet.take(event_of(self._system, message), self._sender)


def name_of(message: SyncMessage) -> str:
    """Return what names one refusal: the message, and how often it was sent."""
    return f"{message.number}/{message.attempts}"


def event_of(system: System, message: SyncMessage) -> bytes:
    """Return the signal that a refused message becomes; the last refusal says why."""
    last = message.refusals[-1] if message.refusals else None
    data = {
        "plant": message.plant,
        "order": message.order,
        "message": message.number,
        "confirmation": message.confirmation,
        "message_class": last.message_class if last else None,
        "message_number": last.message_number if last else None,
        "text": last.text if last else None,
    }
    event = {
        "specversion": "1.0",
        "id": name_of(message),
        "source": f"/{system.value}/{message.plant}/messages",
        "type": SIGNAL,
        "time": message.queued_at.astimezone(UTC).isoformat(),
        "data": {name: value for name, value in data.items() if value},
    }
    return json.dumps(event).encode()

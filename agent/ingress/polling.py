"""Polling: messages that were refused, or that nobody answers, where nobody tells us.

The site's sync log and DM's integration messages list what is unsettled, so no mark has to be
kept of how far one had read: whatever is refused stands in the next list too. A message is known
by its number and how often it was sent; the inbox is the memory, and after a restart the same
refusal is a duplicate. A system that is away is asked ever more seldom, until it answers.

A message that waits for too long is told once. Where the interface stands still, hundreds wait
for one reason: only the oldest few are told, the others counted.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from agent import chance
from agent.correlation import correlated
from agent.ingress.inlet import Inlet
from agent.ingress.sender import Sender
from agent.ingress.streams import Seen, Stream
from tools.errors import NotOffered, ToolError
from tools.objects.reading import System
from tools.objects.sync import SyncMessage, SyncState
from tools.ports import Messages

log = logging.getLogger("concord.ingress")

ASKED = (System.ERP, System.MES)
ON_ITS_WAY = frozenset({SyncState.QUEUED, SyncState.SENT})
MOST_DOUBLINGS = 5
MOST_STUCK = 5
"""So many messages that wait for too long are told of at once, the oldest."""

REFUSED = "concord.posting.rejected.v1"
STUCK = "concord.posting.stuck.v1"


class Poller:
    """Looks for what one system of a plant refused, or left lying.

    Args:
        stream: The plant and the system, and where it is noted how reading goes.
        port: The messages that are looked through.
        inlet: Takes signals in.
        clock: The time.
        stuck: For how long a message may be on its way; None if for as long as it likes.
        sleep: Waits until the next look.
    """

    def __init__(
        self,
        stream: Stream,
        port: Messages,
        inlet: Inlet,
        clock: Callable[[], datetime],
        stuck: timedelta | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._stream, self._port, self._inlet = stream, port, inlet
        self._clock, self._stuck, self._sleep = clock, stuck, sleep
        self._sender = Sender(f"poll:{stream.name}:{stream.plant}", frozenset({stream.plant}))
        self._told = frozenset[str]()

    async def look_every(self, seconds: float) -> None:
        """Look until cancelled, or until it is plain that the system keeps no such messages."""
        failed = 0
        while True:
            try:
                await self.look()
                failed = 0
            except NotOffered:
                log.info("%s of plant %s keeps no messages", self._stream.name, self._stream.plant)
                return
            except (ToolError, SQLAlchemyError) as error:
                failed = min(failed + 1, MOST_DOUBLINGS)
                away = isinstance(error, ToolError)
                self._stream.fail(str(error) if away else "the records are out of reach")
                log.warning("messages of plant %s were not read: %s", self._stream.plant, error)
            await self._sleep(seconds * 2**failed)

    async def look(self) -> int:
        """Take in what was not told of yet, and return how much that was.

        Raises:
            NotOffered: The system keeps no such messages.
            ToolError: It could not be asked.
        """
        found = (await self._port.messages(self._stream.plant)).value
        refused = [one for one in found if one.state is SyncState.FAILED]
        waiting = [one for one in found if one.state in ON_ITS_WAY]
        stuck = self._waits_too_long(waiting)
        events = {name_of(one): refusal(self._stream.name, one) for one in refused}
        events |= {
            name_of(one, stuck=True): lying(self._stream.name, one, len(waiting))
            for one in stuck[:MOST_STUCK]
        }
        new = [event for name, event in events.items() if name not in self._told]
        await asyncio.gather(*(self._take(event) for event in new))
        self._told = frozenset(events)
        self._stream.read(Seen(len(refused), len(waiting), len(stuck)))
        return len(new)

    def _waits_too_long(self, waiting: Sequence[SyncMessage]) -> list[SyncMessage]:
        """Return what has been on its way for too long, oldest first."""
        if self._stuck is None:
            return []
        latest = self._clock() - self._stuck
        late = (one for one in waiting if one.queued_at < latest)
        return sorted(late, key=lambda one: (one.queued_at, one.number))

    async def _take(self, event: bytes) -> None:
        with correlated(chance.identifier()):
            await self._inlet.take(event, self._sender)


def name_of(message: SyncMessage, *, stuck: bool = False) -> str:
    """Return what names one trouble: the message, how often it was sent, and if it just lies."""
    return f"{message.number}/{message.attempts}" + ("/stuck" if stuck else "")


def refusal(system: str, message: SyncMessage) -> bytes:
    """Return the signal that a refused message becomes; the last refusal says why."""
    last = message.refusals[-1] if message.refusals else None
    why = {
        "message_class": last.message_class if last else None,
        "message_number": last.message_number if last else None,
        "text": last.text if last else None,
    }
    return _event(system, message, REFUSED, name_of(message), why)


def lying(system: str, message: SyncMessage, waiting: int) -> bytes:
    """Return the signal that a message becomes which nobody answers, one of so many."""
    name = name_of(message, stuck=True)
    return _event(system, message, STUCK, name, {"waiting": waiting})


def _event(
    system: str, message: SyncMessage, kind: str, name: str, more: Mapping[str, object]
) -> bytes:
    data = {
        "plant": message.plant,
        "order": message.order,
        "message": message.number,
        "confirmation": message.confirmation,
        **more,
    }
    event = {
        "specversion": "1.0",
        "id": name,
        "source": f"/{system}/{message.plant}/messages",
        "type": kind,
        "time": message.queued_at.astimezone(UTC).isoformat(),
        "data": {name: value for name, value in data.items() if value},
    }
    return json.dumps(event).encode()

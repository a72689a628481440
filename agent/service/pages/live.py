"""Live lists: whoever has one open is told when the records have moved.

One look at the audit's end a second serves all listeners of this process, and none is taken while
nobody listens. The event carries nothing: the page asks again, with the reader's own rights.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from agent.bootstrap import Machinery
from agent.records import audit
from agent.service.pages.reader import Reading, concord_of

log = logging.getLogger("concord.service")

GLANCE_SECONDS = 1.0
LONGEST_SECONDS = 600.0
QUIET_SECONDS = 15.0

router = APIRouter(include_in_schema=False)


class Pulse:
    """Tells listeners when the audit has grown; looks only while somebody listens."""

    def __init__(self, concord: Machinery) -> None:
        self._concord = concord
        self._moved = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None
        self.listeners = 0
        self.end = -1

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """Keep the looking up for as long as somebody listens."""
        self.listeners += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self.listeners -= 1
            if self.listeners == 0:
                self._looking.cancel()

    async def beyond(self, end: int, seconds: float) -> int:
        """Return the audit's end once it lies beyond ``end``, or after some time as it is."""
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self.end not in {-1, end})
        except TimeoutError:
            pass
        return self.end

    async def _look(self) -> None:
        while True:
            try:
                end = await asyncio.to_thread(self._end)
            except Exception as error:  # noqa: BLE001 - a look that failed is followed by another
                log.warning("whether the lists have moved cannot be seen: %s", error)
                end = self.end
            if end != self.end:
                async with self._moved:
                    self.end = end
                    self._moved.notify_all()
            await asyncio.sleep(GLANCE_SECONDS)

    def _end(self) -> int:
        with self._concord.database.read() as session:
            return audit.head(session).sequence


def pulse_of(request: Request) -> Pulse:
    """Return the pulse of this application, made when the first listener comes."""
    state = request.app.state
    if not hasattr(state, "pulse"):
        state.pulse = Pulse(concord_of(request))
    pulse: Pulse = state.pulse
    return pulse


@router.get("/live", response_class=EventSourceResponse)
async def live(request: Request, reader: Reading) -> AsyncGenerator[ServerSentEvent]:
    """Tell a listener whenever the records have moved, for a while; browsers come back."""
    pulse, loop = pulse_of(request), asyncio.get_running_loop()
    until = loop.time() + LONGEST_SECONDS
    async with pulse.listening():
        seen = await pulse.beyond(-1, GLANCE_SECONDS)
        yield ServerSentEvent(comment="listening", retry=3000)
        while loop.time() < until:
            end = await pulse.beyond(seen, QUIET_SECONDS)
            if end != seen:
                seen = end
                yield ServerSentEvent(event="moved", data=end)
            else:
                yield ServerSentEvent(comment="still there")

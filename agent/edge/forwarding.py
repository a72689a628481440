"""Forwarding: hands on to the core what the buffer holds, in order per lane, until it is empty.

A round takes the first signal of each lane that may go, sends them as one batch, and does with each
what the core said of it. So two signals of one object are never under way at once. A lane whose
signal cannot be taken just now waits, longer each time, and holds up no other; while the core is
away everything waits. Sent twice is taken once: the core knows a signal by its source and id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agent.edge.buffer import Buffer, Held
from agent.edge.core import Away, Core, TooLarge, Word

log = logging.getLogger("concord.edge")

MOST = 200
MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Pace:
    """How soon, and how seldom at most, what did not work is tried again."""

    first: float = 1.0
    longest: float = 60.0

    def pause(self, tries: int) -> float:
        """Return the seconds to wait after so many tries."""
        return min(self.longest, self.first * 2.0 ** min(tries - 1, 20))


@dataclass
class Tally:
    """What was forwarded since the process began, and whether the core can be reached."""

    forwarded: int = 0
    refused: int = 0
    away: str | None = None
    away_since: datetime | None = None


@dataclass(frozen=True)
class _Waits:
    tries: int
    until: float


class Forwarder:
    """Forwards what one buffer holds.

    Args:
        buffer: What it holds.
        core: Where it goes.
        clock: Tells the time.
        pace: How patient it is.
    """

    def __init__(
        self,
        buffer: Buffer,
        core: Core,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self._buffer, self._core, self._clock = buffer, core, clock
        self._pace = pace or Pace()
        self._lanes = dict[str, _Waits]()
        self._most, self._failures = MOST, 0
        self._arrived = asyncio.Event()
        self.tally = Tally()

    def wake(self) -> None:
        """Say that there is something to forward."""
        self._arrived.set()

    async def run(self) -> None:
        """Forward until cancelled; whatever goes wrong once is no reason to stop."""
        while True:
            self._arrived.clear()
            try:
                pause = await self.round()
            except Exception:
                log.exception("forwarding failed")
                pause = self._pace.longest
            if pause is None:
                await self._arrived.wait()
            elif self.tally.away is not None:
                await asyncio.sleep(pause)
            elif pause > 0:
                await self._or_arrival(pause)

    async def round(self) -> float | None:
        """Forward once; return the seconds until there is more to do, None if nothing is held."""
        loop = asyncio.get_running_loop()
        busy = {lane for lane, waits in self._lanes.items() if waits.until > loop.time()}
        heads = await asyncio.to_thread(self._buffer.heads, self._most, busy)
        if not heads:
            ends = [self._lanes[lane].until for lane in busy]
            return max(0.0, min(ends) - loop.time()) if ends else None
        sent = _fitting(heads)
        try:
            words = await self._core.send([one.body for one in sent])
        except TooLarge as error:
            return await self._fewer(sent, str(error))
        except Away as error:
            return self._away(error)
        self._back()
        for one, word in zip(sent, words, strict=True):
            await self._settle(one, word, loop.time())
        gone = [one.place for one, word in zip(sent, words, strict=True) if word.taken]
        await asyncio.to_thread(self._buffer.delivered, gone)
        self.tally.forwarded += len(gone)
        return 0.0

    async def _settle(self, held: Held, word: Word, now: float) -> None:
        """Do with a signal what the core said of it, unless it has it."""
        if word.later:
            tries = self._lanes[held.lane].tries + 1 if held.lane in self._lanes else 1
            self._lanes[held.lane] = _Waits(tries, now + self._pace.pause(tries))
            log.info("signal %s waits: %s %s", held.place, word.status, word.says)
            return
        self._lanes.pop(held.lane, None)
        if word.refused:
            await self._bury(held, word.status, word.says)

    async def _bury(self, held: Held, status: int, says: str) -> None:
        self.tally.refused += 1
        log.warning("signal %s is a dead letter: %s %s", held.place, status, says)
        await asyncio.to_thread(self._buffer.bury, held.place, status, says)

    async def _fewer(self, sent: list[Held], why: str) -> float:
        """Send fewer at once; a signal that is too large alone is a dead letter."""
        self._most = max(1, len(sent) // 2)
        if len(sent) == 1:
            await self._bury(sent[0], 413, why)
        return 0.0

    def _away(self, error: Away) -> float:
        self._failures += 1
        if self.tally.away is None:
            self.tally.away_since = self._clock()
            log.warning("the core is out of reach: %s", error)
        self.tally.away = str(error)
        return max(self._pace.pause(self._failures), min(error.after, self._pace.longest))

    def _back(self) -> None:
        if self.tally.away is not None:
            log.warning("the core is back")
        self.tally.away = self.tally.away_since = None
        self._failures, self._most = 0, MOST

    async def _or_arrival(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return


def _fitting(heads: list[Held]) -> list[Held]:
    """Return as many as fit into one request, the first one in any case."""
    fitting, size = list[Held](), 0
    for one in heads:
        size += len(one.body)
        if fitting and size > MOST_BYTES:
            break
        fitting.append(one)
    return fitting

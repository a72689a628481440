"""Letting go of cases whose time is over: rows, threads and workflows, a little at a time.

What is purged is gone for good, and a clock may be wrong. Set ahead by more than a plant keeps its
cases, it would let go of all of them at once. So what purges by itself goes by a time of its own:
it begins where purging had come to, by the oldest case that is due, and moves on by a day an hour
at most. That leaves days to notice a wrong clock, and after months switched off it takes days.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.advance import Advance
from agent.dispatch.enqueue import DurableEnqueuer
from agent.intake import EARLIEST
from agent.records import purging
from agent.records.database import Database
from tools.plant.model import Plant

log = logging.getLogger("concord.purging")

AT_ONCE = 50
"""So many cases are purged in one transaction, for others want to write as well."""

WORKFLOWS = timedelta(days=30)
"""So long a workflow that ended is kept, for whoever looks after what went wrong."""

PAUSE_SECONDS = 3600.0
HASTE = 24
"""So many times as quick as time passes, what purges by itself may catch up with the clock."""

AHEAD = timedelta(days=1)
"""A clock so far ahead of what purging goes by is worth a word."""


@dataclass(frozen=True)
class Purged:
    """What was let go of."""

    cases: int = 0
    entries: int = 0
    signals: int = 0
    workflows: int = 0


class Purger:
    """Lets go of what has outlived each plant's time for it.

    Args:
        database: The records.
        plants: The plants, with the days they keep settled cases.
        advance: What keeps the threads.
        clock: Tells the time.
        seconds: Tells seconds that only ever pass.
        sleep: Waits until the next time.
    """

    def __init__(
        self,
        database: Database,
        plants: Mapping[str, Plant],
        advance: Advance,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._plants, self._advance = database, plants, advance
        self._clock, self._seconds, self._sleep = clock, seconds, sleep
        self._reached: datetime | None = None
        self._moved_at = seconds()

    def due(self) -> dict[str, int]:
        """Return how many cases of each plant would be purged now; of very many, so many."""
        with self._database.read() as session:
            return {
                code: len(purging.due(session, code, self._before(code, self._clock()), 100_000))
                for code in sorted(self._plants)
            }

    async def purge(self, as_of: datetime | None = None) -> Purged:
        """Let go of everything that is due; threads first, for a row left behind is found again.

        Args:
            as_of: The time to go by, unless it is the clock's.
        """
        cases, entries, by = 0, 0, as_of or self._clock()
        for code in sorted(self._plants):
            before = self._before(code, by)
            while names := await asyncio.to_thread(self._names, code, before):
                for name in names:
                    await self._advance.forget(name)
                gone, emptied = await asyncio.to_thread(self._purge, code, before, names)
                entries += emptied
                cases += gone
        signals = await asyncio.to_thread(self._forget_signals, by)
        workflows = await asyncio.to_thread(self._forget_workflows, by)
        return Purged(cases, entries, signals, workflows)

    async def hourly(self) -> AsyncGenerator[Purged]:
        """Purge again and again; whatever goes wrong once is no reason to stop."""
        while True:
            await self._sleep(PAUSE_SECONDS)
            try:
                gone = await self.purge(await asyncio.to_thread(self._moved))
            except Exception:
                log.exception("purging failed")
                continue
            if gone != Purged():
                log.info("purged: %s", gone)
            yield gone

    def _moved(self) -> datetime:
        """Return the time to purge by: the clock's, unless that ran away."""
        now, clock = self._seconds(), self._clock()
        passed = timedelta(seconds=HASTE * (now - self._moved_at))
        reached = min(clock, (self._reached or self._come_to(clock)) + passed)
        self._reached, self._moved_at = reached, now
        if clock - reached > AHEAD and any(due := self.due().values()):
            log.warning(
                "by the clock %s settled cases are over their time; purging goes by %s, and on by "
                "a day an hour. See that the clock is right; 'concord purge' does it at once",
                sum(due),
                f"{reached:%F %H:%M}",
            )
        return reached

    def _come_to(self, clock: datetime) -> datetime:
        """Return the time by which whoever purged last must have gone: what it left says so."""
        come_to = clock
        with self._database.read() as session:
            for code, plant in self._plants.items():
                first = purging.oldest(session, code, self._before(code, clock))
                if first is not None:
                    come_to = min(come_to, first + timedelta(days=plant.retention.days))
        return come_to

    def _before(self, code: str, by: datetime) -> datetime:
        return by - timedelta(days=self._plants[code].retention.days)

    def _names(self, code: str, before: datetime) -> list[str]:
        with self._database.read() as session:
            return purging.due(session, code, before, AT_ONCE)

    def _purge(self, code: str, before: datetime, names: Sequence[str]) -> tuple[int, int]:
        """Purge some; asked again within the transaction, for another worker may purge as well."""
        with self._database.write() as session:
            due = set(purging.due(session, code, before, AT_ONCE))
            still = [name for name in names if name in due]
            return len(still), purging.purge(session, still, self._clock())

    def _forget_signals(self, by: datetime) -> int:
        with self._database.write() as session:
            return purging.forget_signals(session, by - EARLIEST)

    def _forget_workflows(self, by: datetime) -> int:
        enqueuer = DurableEnqueuer(self._database)
        try:
            return enqueuer.forget(by - WORKFLOWS)
        finally:
            enqueuer.close()

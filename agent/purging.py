"""Letting go of cases whose time is over: rows, threads and workflows, a little at a time."""

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
        sleep: Waits until the next time.
    """

    def __init__(
        self,
        database: Database,
        plants: Mapping[str, Plant],
        advance: Advance,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._plants, self._advance = database, plants, advance
        self._clock, self._sleep = clock, sleep

    def due(self) -> dict[str, int]:
        """Return how many cases of each plant would be purged now; of very many, so many."""
        with self._database.read() as session:
            return {
                code: len(purging.due(session, code, self._before(code), 100_000))
                for code in sorted(self._plants)
            }

    async def purge(self) -> Purged:
        """Let go of everything that is due; threads first, for a row left behind is found again."""
        cases = entries = 0
        for code in sorted(self._plants):
            while names := await asyncio.to_thread(self._names, code):
                for name in names:
                    await self._advance.forget(name)
                gone, emptied = await asyncio.to_thread(self._purge, code, names)
                entries += emptied
                cases += gone
        signals = await asyncio.to_thread(self._forget_signals)
        workflows = await asyncio.to_thread(self._forget_workflows)
        return Purged(cases, entries, signals, workflows)

    async def hourly(self) -> AsyncGenerator[Purged]:
        """Purge again and again; whatever goes wrong once is no reason to stop."""
        while True:
            await self._sleep(PAUSE_SECONDS)
            try:
                gone = await self.purge()
            except Exception:
                log.exception("purging failed")
                continue
            if gone != Purged():
                log.info("purged: %s", gone)
            yield gone

    def _before(self, code: str) -> datetime:
        return self._clock() - timedelta(days=self._plants[code].retention.days)

    def _names(self, code: str) -> list[str]:
        with self._database.read() as session:
            return purging.due(session, code, self._before(code), AT_ONCE)

    def _purge(self, code: str, names: Sequence[str]) -> tuple[int, int]:
        """Purge some; asked again within the transaction, for another worker may purge as well."""
        with self._database.write() as session:
            due = set(purging.due(session, code, self._before(code), AT_ONCE))
            still = [name for name in names if name in due]
            return len(still), purging.purge(session, still, self._clock())

    def _forget_signals(self) -> int:
        with self._database.write() as session:
            return purging.forget_signals(session, self._clock() - EARLIEST)

    def _forget_workflows(self) -> int:
        enqueuer = DurableEnqueuer(self._database)
        try:
            return enqueuer.forget(self._clock() - WORKFLOWS)
        finally:
            enqueuer.close()

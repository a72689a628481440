"""Writing down how a process's interfaces stand, so that any process can tell of all.

A worker has no door where it could be asked, and web does not see what a worker sees.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from agent.background import passed
from agent.records import interfaces
from agent.records.database import Database
from agent.records.interfaces import Fault, Health
from agent.sides import ConnectedPlant
from tools.connection import Connection

log = logging.getLogger("concord.interfaces")

LOOK_SECONDS = 15.0
SILENCE = timedelta(minutes=1)
"""Where nothing happened, a process says so after so long: it is there, and asks nobody."""


@dataclass(frozen=True)
class _Counts:
    answered: int
    failed: Counter[str]


class Reporter:
    """Writes down how the interfaces of one process stand.

    Args:
        process: Its name; with others of that name it is told as one.
        plants: Whose connections they are.
        database: The records.
        clock: The time.
    """

    def __init__(
        self,
        process: str,
        plants: Mapping[str, ConnectedPlant],
        database: Database,
        clock: Callable[[], datetime],
    ) -> None:
        self._process, self._database, self._clock = process, database, clock
        self._connections = {
            (code, system.value): connection
            for code, plant in plants.items()
            for system, connection in plant.connections.items()
        }
        self._written = {key: _Counts(0, Counter()) for key in self._connections}
        self._said = dict[tuple[str, str], Health]()
        self._last: datetime | None = None

    async def until(self, over: asyncio.Event, seconds: float) -> None:
        """Write again and again until it is over; then once more, for the end."""
        while not over.is_set():
            await self.write()
            await passed(over, seconds)
        await self.write()

    async def write(self) -> None:
        """Write what is new, or that there is nothing new if that has not been said for long."""
        now = self._clock()
        counts = {key: _counts(one) for key, one in self._connections.items()}
        found = list(self._found(counts, now))
        if self._last is not None and now - self._last < SILENCE and not self._news(found):
            return
        try:
            await asyncio.to_thread(self._note, found, now, first=self._last is None)
        except SQLAlchemyError as error:
            log.warning("how the interfaces stand was not written down: %s", error)
            return
        self._written, self._last = counts, now
        self._said = {(one.plant, one.system): one for one in found}

    def _found(self, counts: Mapping[tuple[str, str], _Counts], now: datetime) -> Iterator[Health]:
        for key, connection in self._connections.items():
            before, since = self._written[key], counts[key]
            yield Health(
                plant=key[0],
                system=key[1],
                answered=since.answered - before.answered,
                failed=since.failed - before.failed,
                answered_at=_moment(connection, connection.standing.answered_at, now),
                fault=_fault(connection, now),
                left_alone=connection.left_alone,
            )

    def _news(self, found: Iterable[Health]) -> bool:
        """Return whether anything was asked since the last time, or left alone, or no more."""
        return any(
            one.answered
            or one.failed
            or one.left_alone is not self._said[one.plant, one.system].left_alone
            for one in found
        )

    def _note(self, found: list[Health], now: datetime, *, first: bool) -> None:
        with self._database.write() as session:
            if first:
                interfaces.forget(session, now)
            interfaces.note(session, self._process, found, now)


def _counts(connection: Connection) -> _Counts:
    standing = connection.standing
    return _Counts(standing.answered, Counter({one.value: n for one, n in standing.failed.items()}))


def _fault(connection: Connection, now: datetime) -> Fault | None:
    trouble = connection.standing.trouble
    if trouble is None:
        return None
    at = _moment(connection, trouble.at, now) or now
    return Fault(at, trouble.failing.value, trouble.why)


def _moment(connection: Connection, at: float | None, now: datetime) -> datetime | None:
    """Return a time by the clock of connections, which only tells what passes, as a moment."""
    if at is None:
        return None
    return now - timedelta(seconds=max(0.0, connection.rhythm.clock() - at))

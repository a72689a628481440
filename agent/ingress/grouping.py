"""Group commit: what is on its way in at the same time is written in one transaction.

A commit costs a disk's patience, whether one signal is in it or sixty. While one group is being
written the next one gathers; each caller is answered after the commit its signal was in, and never
before. If a group fails, each of its signals is tried alone: a poisoned one fails by itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.records.arrivals import Arrived, Received, receive_all
from agent.records.database import Database
from agent.records.gates import Enqueue

MOST_AT_ONCE = 64

Write = Callable[[Sequence["Waiting"]], list[Received]]


@dataclass(frozen=True)
class Waiting:
    """A signal that waits for its commit."""

    arrived: Arrived
    answer: asyncio.Future[Received]


class GroupWriter:
    """Takes signals in, many to a transaction.

    Args:
        database: Where the records lie.
        clock: Tells the time.
        enqueue: Starts turns, in the transaction.
        most: So many signals are written at once.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        enqueue: Enqueue,
        most: int = MOST_AT_ONCE,
    ) -> None:
        self._database, self._clock, self._enqueue, self._most = database, clock, enqueue, most
        self._line = deque[Waiting]()
        self._writing: asyncio.Task[None] | None = None

    async def receive(self, arrived: Arrived) -> Received:
        """Take a signal in; when this returns it is on disk."""
        answer = asyncio.get_running_loop().create_future()
        self._line.append(Waiting(arrived, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        """Write group after group until nobody waits."""
        try:
            while self._line:
                group = [self._line.popleft() for _ in range(min(self._most, len(self._line)))]
                await self._write(group)
        finally:
            self._writing = None

    async def _write(self, group: list[Waiting]) -> None:
        try:
            received = await asyncio.to_thread(self._commit, group)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is the callers' to hear
            if len(group) == 1:
                _answer(group[0].answer, error)
                return
            for one in group:
                await self._write([one])
            return
        for one, result in zip(group, received, strict=True):
            _answer(one.answer, result)

    def _commit(self, group: Sequence[Waiting]) -> list[Received]:
        """Write a group in one transaction."""
        at = self._clock()
        with self._database.write() as session:
            return receive_all(session, [one.arrived for one in group], self._enqueue, at)


def _answer(answer: asyncio.Future[Received], with_: Received | Exception) -> None:
    """Answer a caller, unless it went away: then the signal is kept all the same."""
    if answer.done():
        return
    if isinstance(with_, Exception):
        answer.set_exception(with_)
    else:
        answer.set_result(with_)

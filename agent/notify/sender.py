"""Sends what the outbox holds, one route at a time in order, all routes at once.

Nothing is lost and nothing is certain: what was taken, or may have been, is sent again under the
same id until an answer says so. In quiet hours only what is urgent goes out; a question that was
answered meanwhile is not asked again by a card.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from agent import chance
from agent.notify.post import Came, Post, Receipt
from agent.notify.told import Told, told_of
from agent.notify.waking import sweep
from agent.notify.writing import NotSendable, Writing
from agent.playbooks.catalog import Catalog
from agent.records import outbox
from agent.records.database import Database
from agent.records.outbox import Delivery
from tools.plant.authority import Criticality
from tools.plant.model import Plant
from tools.plant.notify import Route, TeamsRoute

log = logging.getLogger("concord.notify")

TRIES = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """How patient the sender is.

    Attributes:
        seconds: How often it looks for what is to be sent.
        sweep_seconds: How often it looks for deadlines.
        lease: How long a claimed row is left to its sender; longer than a batch can take.
        at_once: How many rows are claimed at once.
        between: Seconds between two messages of a route; Teams takes four a second.
    """

    seconds: float = 2.0
    sweep_seconds: float = 20.0
    lease: timedelta = timedelta(minutes=5)
    at_once: int = 20
    between: float = 0.3


def pause(attempts: int, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many tries, at least as long as the receiver asked."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10))
    return max(longest, asked or timedelta(0))


class Sender:
    """Sends notifications; any number of them may run on one database."""

    def __init__(
        self,
        database: Database,
        writing: Writing,
        catalog: Catalog,
        post: Post,
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._writing, self._catalog = database, writing, catalog
        self._post, self._pace, self._sleep = post, pace or Pace(), sleep
        self._clock = writing.clock
        self._running = set[asyncio.Task[None]]()

    def start(self) -> None:
        """Send and sweep until stopped."""
        for seconds, work in (
            (self._pace.seconds, self.deliver),
            (self._pace.sweep_seconds, self.bring_up),
        ):
            self._running.add(asyncio.create_task(_every(seconds, work)))

    async def stop(self) -> None:
        """Stop; what is under way comes again, under the same id."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        self._running.clear()
        await self._post.close()

    async def bring_up(self) -> int:
        """Write down reminders, escalations and snoozes that are over; return how many."""
        return await asyncio.to_thread(sweep, self._database, self._writing.plants, self._clock())

    async def deliver(self) -> int:
        """Send what is due now, and return how many rows were dealt with."""
        claimed = await asyncio.to_thread(self.claimed)
        claimed.sort(key=lambda one: (one.route, one.id))
        batches = [list(some) for _, some in groupby(claimed, key=lambda one: one.route)]
        await asyncio.gather(*(self._along(batch) for batch in batches))
        return len(claimed)

    def claimed(self) -> list[Delivery]:
        """Spread what is new over its routes, and claim what is to be sent now."""
        now = self._clock()
        with self._database.read() as session:
            if not outbox.due(session, now, 1):
                return []
        with self._database.write() as session:
            outbox.spread(session, self._writing.routes_of, now)
            session.flush()
            mark = chance.identifier()
            return outbox.claim(session, mark, now, self._pace.lease, self._pace.at_once)

    async def _along(self, batch: Sequence[Delivery]) -> None:
        """Send the rows of one route; after one that did not arrive the others wait as well."""
        for number, one in enumerate(batch):
            if number:
                await self._sleep(self._pace.between)
            wait = await self._send(one)
            if wait is not None:
                for other in batch[number + 1 :]:
                    await asyncio.to_thread(self._put_off, other, wait)
                return

    async def _send(self, one: Delivery) -> datetime | None:
        """Send one row, and return until when its route is left alone, if it is."""
        found = self._writing.route(one.route)
        if found is None:
            await asyncio.to_thread(self._give_up, one, "the plant has no such route any more")
            return None
        plant, route = found
        told = await asyncio.to_thread(self._told, one, plant)
        if told.overtaken and isinstance(route, TeamsRoute):
            await asyncio.to_thread(self._sent, one, "overtaken: nobody is asked any more")
            return None
        if (until := self._quiet(told, plant, route)) is not None:
            await asyncio.to_thread(self._put_off, one, until)
            return None
        try:
            parcel = self._writing.parcel(told, plant, route)
        except NotSendable as error:
            return await asyncio.to_thread(self._settle, one, Receipt(Came.AGAIN, str(error)))
        receipt = await self._post.send(parcel)
        return await asyncio.to_thread(self._settle, one, receipt)

    def _settle(self, one: Delivery, receipt: Receipt) -> datetime | None:
        """Note what came of sending."""
        if receipt.accepted:
            self._sent(one, receipt.said)
            return None
        if receipt.came is Came.NEVER or one.attempts + 1 >= TRIES:
            self._give_up(one, receipt.said)
            return None
        until = self._clock() + pause(one.attempts + 1, receipt.after)
        log.warning("notification %s (%s) did not arrive: %s", one.id, one.route, receipt.said)
        with self._database.write() as session:
            outbox.failed(session, one, receipt.said, until)
        return until

    def _quiet(self, told: Told, plant: Plant, route: Route) -> datetime | None:
        if route.always or told.criticality == Criticality.URGENT:
            return None
        until = plant.calendar.quiet_until(plant.local(self._clock()))
        return None if until is None else until.astimezone(UTC)

    def _told(self, one: Delivery, plant: Plant) -> Told:
        with self._database.read() as session:
            return told_of(session, one, plant, self._catalog)

    def _sent(self, one: Delivery, said: str) -> None:
        with self._database.write() as session:
            outbox.sent(session, one, self._clock(), said)

    def _put_off(self, one: Delivery, until: datetime) -> None:
        with self._database.write() as session:
            outbox.put_off(session, one, until)

    def _give_up(self, one: Delivery, why: str) -> None:
        log.error("notification %s (%s) is given up: %s", one.id, one.route, why)
        with self._database.write() as session:
            outbox.give_up(session, one, why, self._clock())


async def _every(seconds: float, work: Callable[[], Awaitable[int]]) -> None:
    """Work until cancelled; a database out of reach is no reason to stop."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("notifying failed")
        await asyncio.sleep(seconds)

"""Copies the audit of a plant's cases to the systems its file names, one entry after the other.

Nothing but the copies waits for a target. Away, too busy or broken, it is tried again after growing
pauses. What it refuses for good is listed (``concord audit copies``), and the next entry follows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from agent import chance
from agent.audit_targets import Target
from agent.notify.sender import pause
from agent.records import audit_copies
from agent.records.database import Database
from tools.connection import correlation
from tools.errors import Refused, Stale, ToolError
from tools.objects.audit import AuditEntry

log = logging.getLogger("concord.copies")

SECONDS = 2.0
LEASE = timedelta(minutes=2)
"""How long a target is left to its worker after each answer; longer than an answer takes."""

AT_ONCE = 100
LONGEST_WAIT = 86_400.0
TOLD = 500


class Copier:
    """Copies the audit; any number of them may run on one database.

    Args:
        database: The records.
        targets: Where copies go.
        clock: Tells the time.
    """

    def __init__(
        self, database: Database, targets: Sequence[Target], clock: Callable[[], datetime]
    ) -> None:
        self._database, self._targets, self._clock = database, targets, clock
        self._running = set[asyncio.Task[None]]()

    def start(self) -> None:
        """Copy until stopped; no target waits for another."""
        for target in self._targets:
            self._running.add(asyncio.create_task(self._again_and_again(target)))

    async def stop(self) -> None:
        """Stop; what is under way comes again, as the same entry."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        self._running.clear()
        for target in self._targets:
            if target.connection is not None:
                await target.connection.aclose()

    async def copy(self) -> int:
        """Send what waits now, some of it, and return how many answers came."""
        return sum(await asyncio.gather(*(self._to(target) for target in self._targets)))

    async def _again_and_again(self, target: Target) -> None:
        while True:
            more = 0
            try:
                more = await self._to(target)
            except Exception:
                log.exception("copying the audit to %s failed", target.name)
            if more < AT_ONCE:
                await asyncio.sleep(SECONDS)

    async def _to(self, target: Target) -> int:
        mark = chance.identifier()
        taken = 0
        entries = await asyncio.to_thread(self._claimed, target, mark)
        for entry in entries:
            if not await self._sent(target, mark, entry):
                break
            taken += 1
        if entries:
            await asyncio.to_thread(self._release, target, mark)
        return taken

    async def _sent(self, target: Target, mark: str, entry: AuditEntry) -> bool:
        """Send one entry; say whether the next one may follow."""
        about = correlation.set(entry.case)
        try:
            await target.port.copy_entry(entry)
        except (Refused, Stale) as error:
            return await asyncio.to_thread(self._refused, target, mark, entry, error)
        except ToolError as error:
            return await asyncio.to_thread(self._failed, target, mark, error)
        finally:
            correlation.reset(about)
        return await asyncio.to_thread(self._copied, target, mark, entry)

    def _claimed(self, target: Target, mark: str) -> list[AuditEntry]:
        now = self._clock()
        with self._database.read() as session:
            if not audit_copies.ready(session, target.wanted, now):
                return []
        with self._database.write() as session:
            return audit_copies.claim(session, target.wanted, mark, now, LEASE, AT_ONCE)

    def _copied(self, target: Target, mark: str, entry: AuditEntry) -> bool:
        with self._database.write() as session:
            return audit_copies.copied(session, target.name, mark, entry, self._clock(), LEASE)

    def _refused(self, target: Target, mark: str, entry: AuditEntry, error: ToolError) -> bool:
        log.error("%s does not take audit entry %s: %s", target.name, entry.sequence, _said(error))
        with self._database.write() as session:
            now = self._clock()
            return audit_copies.refused(session, target.name, mark, entry, _said(error), now)

    def _failed(self, target: Target, mark: str, error: ToolError) -> bool:
        now, asked = self._clock(), min(error.retry_after or 0.0, LONGEST_WAIT)
        log.warning("%s takes no copies of the audit: %s", target.name, _said(error))
        with self._database.write() as session:
            tried = audit_copies.attempts(session, target.name) + 1
            again_at = now + pause(tried, timedelta(seconds=asked))
            audit_copies.failed(session, target.name, mark, _said(error), now, again_at)
        return False

    def _release(self, target: Target, mark: str) -> None:
        with self._database.write() as session:
            audit_copies.release(session, target.name, mark)


def _said(error: ToolError) -> str:
    """Return what went wrong, short enough for a list."""
    said = " ".join(str(error).split())
    return said if len(said) <= TOLD else f"{said[:TOLD]}…"

"""The processes of a run: started, killed, started again, and how soon work goes on."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, STDOUT

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.records.database import Database
from benchmarks.chaos.recovering import How, Recovery

COMMAND = ("-m", "agent.cli")
GOODBYE_SECONDS = 30.0
GLANCE_SECONDS = 0.2
LOST_SIGHT_SECONDS = 300.0
"""What was not run again by then never is, however busy the machine."""


Row = tuple[str, str, int, int]
"""Where a workflow stands: its status, its executor, and how often and when it was begun."""


@dataclass
class Program:
    """One ``concord`` process, in one life after the other. Whoever ends it says so."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    deaths: int = 0
    _running: asyncio.subprocess.Process | None = None
    _wanted: bool = False
    _keeper: asyncio.Task[None] | None = field(default=None, repr=False)
    held: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held by whoever kills it, until it is there again: nobody kills what is away."""

    @property
    def alive(self) -> bool:
        """Whether it is a process right now."""
        return self._running is not None and self._running.returncode is None

    async def start(self) -> None:
        """Start it, and again whenever it ends by itself."""
        self._wanted = True
        await self._begin()
        self._keeper = asyncio.create_task(self._keep())

    async def kill(self) -> bool:
        """Kill it with -9 and leave it dead; return whether that is what it died of."""
        await self._let_go()
        if self._running is None or not self.alive:
            return False
        self._running.kill()
        return await self._running.wait() == -signal.SIGKILL

    async def stop(self) -> None:
        """Tell it to stop, and kill it if it does not."""
        await self._let_go()
        if self._running is None or self._running.returncode is not None:
            return
        self._running.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._running.wait()
        except TimeoutError:
            self._running.kill()
            await self._running.wait()

    async def _begin(self) -> None:
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                *COMMAND,
                *self.arguments,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                env=dict(self.environment),
            )

    async def _keep(self) -> None:
        while self._wanted and self._running is not None:
            code = await self._running.wait()
            if not self._wanted:
                return
            self.deaths += 1
            said = f"{self.name} ended by itself with {code}; its log: {self.log}\n"
            sys.stderr.write(said)
            await asyncio.sleep(1)
            await self._begin()

    async def _let_go(self) -> None:
        self._wanted = False
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper


class Watch:
    """Sees from DBOS's own table when what a killed worker ran is being run again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        prefix = "dbos." if database.dialect == "postgresql" else ""
        self._asked = (
            "SELECT workflow_uuid, status, executor_id, recovery_attempts, started_at_epoch_ms "
            f"FROM {prefix}workflow_status WHERE "
        )

    async def running(self, executor: str) -> dict[str, Row]:
        """Return the workflows a worker runs now."""
        return await asyncio.to_thread(
            self._rows, "status = 'PENDING' AND executor_id = :it", {"it": executor}
        )

    async def recovered(self, before: Mapping[str, Row], since: float) -> Recovery:
        """Wait until all of these are run again, or done, by the same worker or by another one."""
        [worker] = {executor for _, executor, _, _ in before.values()}
        while time.monotonic() - since < LOST_SIGHT_SECONDS:
            await asyncio.sleep(GLANCE_SECONDS)
            names = {f"w{place}": name for place, name in enumerate(before)}
            wanted = ", ".join(f":{name}" for name in names)
            try:
                now = await asyncio.to_thread(self._rows, f"workflow_uuid IN ({wanted})", names)
            except SQLAlchemyError:
                continue
            if all(_goes_on(row, now.get(name)) for name, row in before.items()):
                others = {executor for _, executor, _, _ in now.values()} - {worker}
                how = How.TAKEN_OVER if others else How.CAME_BACK
                return Recovery(how, worker, time.monotonic() - since)
        return Recovery(How.CAME_BACK, worker, None)

    def _rows(self, which: str, given: Mapping[str, str]) -> dict[str, Row]:
        with self._database.read() as session:
            found = session.execute(text(self._asked + which), given)
            return {row[0]: (row[1], row[2], row[3], row[4]) for row in found}


def _goes_on(before: Row, now: Row | None) -> bool:
    """Whether a workflow is being run anew, or has ended."""
    return now is None or (now[0] != "ENQUEUED" and now != before)

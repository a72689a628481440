"""The dispatcher on DBOS: one workflow per turn, each burst one step.

What DBOS does not do is done here. A workflow that fails is final and tells nobody, so whatever a
burst raises is caught at the step, and the turn's gate is handed on. A turn that cannot go on now
keeps its gate and continues in a delayed workflow, so that an order's signals keep their order
while SAP is down. What neither runs nor ever will is found by ``agent.dispatch.sweeping``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, StepOptions
from dbos._serialization import DBOSPortableJSONSerializer

from agent.advance import Rest, told
from agent.dispatch.enqueue import (
    APPLICATION,
    APPLICATION_VERSION,
    LONGEST_PAUSE,
    QUEUE,
    WORKFLOW,
    DurableEnqueuer,
    continuation,
    number_of,
)
from agent.dispatch.owner import CannotRun, Name, check_sqlite, named, owning
from agent.dispatch.port import Bursts
from agent.dispatch.sweeping import Sweeper
from agent.dispatch.takeover import Takeover
from agent.records import gates
from agent.records.cases import CaseRecords
from agent.records.database import Database

log = logging.getLogger("concord.dispatch")

MOST_SURPRISES = 2
"""So often a turn that met what nobody foresaw is tried again; then it is a dead letter."""

CANCELLING_SECONDS = 10.0
CONNECTIONS = 5
"""So many DBOS holds to a file: each keeps a part of it in memory, and one writes at a time."""

# The records may be out of reach for a while; what ends a turn is worth waiting for them.
STEADFAST: StepOptions = {
    "retries_allowed": True,
    "max_attempts": 10,
    "interval_seconds": 0.2,
    "backoff_rate": 2.0,
}


@dataclass(frozen=True)
class Pace:
    """How patient the dispatcher is.

    Attributes:
        sweep_seconds: How often it looks after what no workflow runs any more.
        surprise_seconds: How soon a burst is tried again that raised what nobody foresaw.
        most_deaths: How often a turn may take its worker with it before it is a dead letter.
        watch_seconds: How often it looks for workers that are gone, and whether it still has its
            own name.
    """

    sweep_seconds: float = 30.0
    surprise_seconds: float = 5.0
    most_deaths: int = 5
    watch_seconds: float = 3.0


class DurableDispatcher:
    """Runs turns of cases on DBOS, one dispatcher per process.

    Args:
        database: The records, which share it with DBOS.
        records: The same, for asynchronous callers.
        advance: What runs a turn.
        home: The folder of local state.
        executor: The name of this worker; the same after a restart.
        pace: Times.
    """

    def __init__(
        self,
        database: Database,
        records: CaseRecords,
        advance: Bursts,
        *,
        home: Path,
        executor: str = "local",
        pace: Pace | None = None,
    ) -> None:
        self._database, self._records, self._advance = database, records, advance
        self._home, self._executor = home, executor
        self._pace = pace or Pace()
        self._held = ExitStack()
        self._tasks = dict[asyncio.Task[Any], str]()
        self._surprises = Counter[str]()
        self._enqueuer: DurableEnqueuer | None = None
        self._dbos: DBOS | None = None
        self._watching = list[asyncio.Task[None]]()
        self.lost = asyncio.Event()
        """Set when another worker may have taken this one's turns: the process has to end."""

    async def start(self) -> None:
        """Recover what a former life left, and take up work.

        Raises:
            CannotRun: Another worker has this data, or DBOS cannot work here.
        """
        check_sqlite(self._database.dialect)
        try:
            self._held.enter_context(owning(self._home, self._executor))
            name = self._held.enter_context(named(self._database, self._executor))
        except CannotRun:
            self._held.close()
            raise
        self._enqueuer = await asyncio.to_thread(DurableEnqueuer, self._database)
        await asyncio.to_thread(self._enqueuer.declare_queue)
        self._launch()
        sweeper = Sweeper(
            self._database,
            self._records,
            self._advance,
            self._enqueuer,
            self._executor,
            self.running,
        )
        await sweeper.try_to_sweep()
        takeover = Takeover(self._database, self._enqueuer, self._executor, self._pace.most_deaths)
        self._watching = [
            asyncio.create_task(sweeper.sweep_every(self._pace.sweep_seconds)),
            asyncio.create_task(self._watch(name, takeover)),
        ]

    def running(self) -> set[str]:
        """Return the workflows this process runs."""
        return set(self._tasks.values())

    async def stop(self, drain_seconds: float) -> None:
        """Finish running bursts within the time given, and let go.

        A burst that is broken off stays pending, and is run again by the next start.
        """
        for task in self._watching:
            task.cancel()
        if self._watching:
            await asyncio.wait(self._watching)
        if self._dbos is not None:
            for dequeuing in self._dbos.background_thread_stop_events:
                dequeuing.set()
            await self._drain(0 if self.lost.is_set() else drain_seconds)
            # DBOS put its own pool under the loop's threads, and takes it away with itself.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
            self._dbos = None
        if self._enqueuer is not None:
            self._enqueuer.close()
        self._held.close()

    def _launch(self) -> None:
        """Start DBOS on the loop that runs now: bursts use what was opened on it."""
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._database.url,
            "executor_id": self._executor,
            "application_version": APPLICATION_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "db_engine_kwargs": {"hide_parameters": True, **self._pool()},
        }

        async def turn_of_a_case(turn: str, case: str, decision: str | None) -> None:
            await self._turn(turn, case, decision)

        self._dbos = DBOS(config=config)
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=self._pace.most_deaths)(turn_of_a_case)
        DBOS.listen_queues([QUEUE])
        DBOS.launch()

    def _pool(self) -> dict[str, int]:
        """Return how DBOS's connections are pooled, where it is not as DBOS has it."""
        return {"pool_size": CONNECTIONS} if self._database.dialect == "sqlite" else {}

    async def _watch(self, name: Name, takeover: Takeover) -> None:
        """Look after the own name, and after workers that are gone, until cancelled."""
        while True:
            await asyncio.sleep(self._pace.watch_seconds)
            if not await asyncio.to_thread(name.still_held):
                log.error("the name '%s' is lost; another worker may go on", self._executor)
                self.lost.set()
                return
            try:
                given_up = await asyncio.to_thread(takeover.look)
                for turn, why in given_up.items():
                    await self._end(turn, why)
            except Exception:
                log.exception("looking for workers that are gone failed")

    async def _drain(self, seconds: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=CANCELLING_SECONDS)

    async def _turn(self, turn: str, case: str, decision: str | None) -> None:
        """Run a turn as a workflow: its bursts, and how it ends, as steps."""
        workflow = DBOS.workflow_id or turn
        task = asyncio.current_task()
        if task is not None:
            self._tasks[task] = workflow
            task.add_done_callback(self._tasks.pop)
        number = number_of(workflow)

        async def as_step(burst: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
            return await DBOS.run_step_async({"name": "burst"}, self._caught, burst, case, turn)

        rested = await self._advance.turn(case, decision, as_step)
        if rested.rest is Rest.LATER:
            pause = min(rested.after_seconds * 2 ** min(number, 6), LONGEST_PAUSE)
            log.info("case %s goes on in %.0f s: %s", case, pause, rested.why)
            later: StepOptions = {"name": "later", **STEADFAST}
            await DBOS.run_step_async(later, self._later, turn, number + 1, pause)
            return
        failed = rested.why if rested.rest is Rest.STOPPED else None
        end: StepOptions = {"name": "end", **STEADFAST}
        await DBOS.run_step_async(end, self._end, turn, failed)

    async def _caught(
        self, burst: Callable[[], Awaitable[dict[str, Any]]], case: str, turn: str
    ) -> dict[str, Any]:
        """Run a burst at the outermost boundary: what it raises is an outcome like any other."""
        try:
            said = await burst()
        except Exception as error:
            log.exception("a burst of case %s failed", case)
            said = told(Rest.AGAIN, f"{type(error).__name__}: {_headline(error)}")
        if said["rest"] != Rest.AGAIN:
            return said
        self._surprises[turn] += 1
        if self._surprises[turn] <= MOST_SURPRISES:
            return told(Rest.LATER, said["why"], self._pace.surprise_seconds)
        return told(Rest.STOPPED, said["why"])

    async def _later(self, turn: str, number: int, pause: float) -> None:
        """Go on with a turn after a while, the gate kept."""
        await asyncio.to_thread(self._continue, turn, number, pause)

    def _continue(self, turn: str, number: int, pause: float) -> None:
        with self._database.write() as session:
            known = gates.turn(session, turn)
            if known is not None:
                self._enqueuing().again(session, known, continuation(turn, number), pause)

    async def _end(self, turn: str, failed: str | None) -> None:
        self._surprises.pop(turn, None)
        try:
            await self._records.end_turn(turn, self._enqueuing().enqueue, failed)
        except gates.NoSuchTurn:
            log.error("the records know no turn %s: they were restored to an earlier time", turn)

    def _enqueuing(self) -> DurableEnqueuer:
        if self._enqueuer is None:
            raise RuntimeError("the dispatcher was not started")
        return self._enqueuer


def _headline(error: Exception) -> str:
    """Return the first line of an error; further ones may repeat what was being written."""
    return str(error).partition("\n")[0]

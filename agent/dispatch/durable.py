"""The dispatcher on DBOS: one workflow per turn, each burst one step.

What DBOS does not do is done here. A workflow that fails is final and tells nobody, so everything a
turn may raise is caught at this boundary, and the turn's gate is handed on. A turn that cannot go
on now keeps its gate and continues in a delayed workflow, so that an order's signals keep their
order while SAP is down. Turns whose workflow is dead, or died too often, are swept into the dead
letters.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from dbos import DBOS, DBOSConfig, Queue
from dbos._serialization import DBOSPortableJSONSerializer

from agent.advance import Advance, Rest, Rested
from agent.dispatch.enqueue import APPLICATION_VERSION, QUEUE, WORKFLOW, DurableEnqueuer
from agent.dispatch.owner import check_sqlite, owning
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.gates import of_row
from agent.records.tables import TurnRow

log = logging.getLogger("concord.dispatch")

WORKERS = 16
POLL_SECONDS = 0.1
SWEEP_SECONDS = 30.0
MOST_DEATHS = 5
LONGEST_PAUSE = 300.0
HOPELESS = frozenset({"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"})


class DurableDispatcher:
    """Runs turns of cases on DBOS."""

    def __init__(
        self,
        database: Database,
        records: CaseRecords,
        advance: Advance,
        *,
        home: Path,
        executor: str = "concord-1",
    ) -> None:
        self._database, self._records, self._advance = database, records, advance
        self._home, self._executor = home, executor
        self._enqueuer = DurableEnqueuer(database)
        self._held = ExitStack()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Recover what a former life left, and take up work."""
        check_sqlite(self._database.dialect)
        self._held.enter_context(owning(self._home, self._executor))
        config: DBOSConfig = {
            "name": "concord",
            "system_database_url": self._database.url,
            "executor_id": self._executor,
            "application_version": APPLICATION_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "console_log_level": "ERROR",
        }
        with self._database.read():
            pass  # the first connection sets WAL, which DBOS never does
        DBOS(config=config)
        Queue(QUEUE, worker_concurrency=WORKERS, polling_interval_sec=POLL_SECONDS)
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_DEATHS)(self._turn)
        DBOS.launch()
        await self.sweep()
        self._sweeper = asyncio.create_task(self._sweep_forever())

    async def stop(self, drain_seconds: int) -> None:
        """Finish running bursts within the time given, and let go."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=drain_seconds
        )
        self._enqueuer.close()
        self._held.close()

    async def sweep(self) -> list[str]:
        """Bury the turns whose workflow will never run again, and hand their gates on."""
        running = await self._records.running()
        statuses = await asyncio.to_thread(self._enqueuer.statuses, [turn.id for turn in running])
        buried = list[str]()
        for turn in running:
            mine = [
                status
                for workflow, status in statuses.items()
                if workflow == turn.id or workflow.startswith(f"{turn.id}~")
            ]
            if mine and all(status in HOPELESS for status in mine):
                await self._end(turn.id, f"its workflow ended as {mine[-1]}")
                buried.append(turn.id)
        return buried

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()

    async def _turn(self, turn: str, case: str, decision: str | None) -> None:
        """Run a turn; the outermost boundary of everything a case does."""
        rested = await self._rest(case, decision)
        workflow = DBOS.workflow_id or turn
        if rested.rest is Rest.LATER:
            await DBOS.run_step_async(
                {"name": "later"}, self._later, turn, workflow, rested.after_seconds
            )
            return
        failed = rested.why if rested.rest is Rest.STOPPED else None
        await DBOS.run_step_async({"name": "end"}, self._end, turn, failed)

    async def _rest(self, case: str, decision: str | None) -> Rested:
        try:
            return await self._advance.turn(case, decision, _as_step)
        except Exception as error:
            log.exception("case %s stopped", case)
            return Rested(Rest.STOPPED, f"{type(error).__name__}: {error}")

    async def _later(self, turn: str, workflow: str, after_seconds: float) -> None:
        """Go on with a turn after a while: longer each time, the gate kept."""
        base, _, count = workflow.partition("~")
        tries = int(count or 0) + 1
        pause = min(after_seconds * 2 ** min(tries - 1, 6), LONGEST_PAUSE)
        await asyncio.to_thread(self._continue, turn, f"{base}~{tries}", pause)

    def _continue(self, turn: str, workflow: str, pause: float) -> None:
        with self._database.write() as session:
            row = session.get_one(TurnRow, turn)
            self._enqueuer.again(session, of_row(row), workflow, pause)

    async def _end(self, turn: str, failed: str | None) -> None:
        await self._records.end_turn(turn, self._enqueuer.enqueue, failed)


async def _as_step(burst: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Make a burst a step: once done and recorded, it is not run again."""
    return await cast(Awaitable[dict[str, Any]], DBOS.run_step_async({"name": "burst"}, burst))

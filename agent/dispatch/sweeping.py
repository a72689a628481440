"""The sweep: turns that hold a gate although nothing runs them, and postings nobody knows about.

What is found, and what becomes of it:

- no workflow at all (records restored beside an emptier DBOS) → it is enqueued again, same id
- all workflows ended well, yet the turn did not (the other way round) → one more goes on with it
- the last workflow failed, was cancelled or killed its worker too often → the case is a dead
  letter with the reason, and the gate is handed on
- a workflow of this worker is pending and nothing runs it: DBOS gives one up when it cannot write
  down how it went, as on a full disk → seen so twice, it is put back into its queue
- a workflow waits for longer than any does: the clock was set back meanwhile → it goes on
- a posting whose outcome is unknown is due to be looked at → its case is given another turn
- what a model was sent and answered has outlived the plant's time for it → it is forgotten

A turn is read before its workflows, and both are written in one transaction; so a turn without a
workflow is one, and no race.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent.dispatch.enqueue import DurableEnqueuer, continuation, turn_of
from agent.dispatch.port import Bursts
from agent.records import gates
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.gates import Turn
from agent.records.states import TurnState
from agent.records.texts import forget

log = logging.getLogger("concord.dispatch")

ALIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
WHY = {
    "ERROR": "its workflow failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "it killed its worker again and again",
    "CANCELLED": "its workflow was cancelled",
}
FIRST_LOOK = 60.0
SELDOMEST_LOOK = 3600.0


class Sweeper:
    """Looks after what no workflow runs any more.

    Args:
        database: The records, which share it with DBOS.
        records: The same, for asynchronous callers.
        advance: Knows which cases have postings in doubt, and the time.
        enqueuer: Starts workflows.
        executor: The name of this worker.
        running: Returns the workflows this process runs.
    """

    def __init__(
        self,
        database: Database,
        records: CaseRecords,
        advance: Bursts,
        enqueuer: DurableEnqueuer,
        executor: str,
        running: Callable[[], set[str]],
    ) -> None:
        self._database, self._records, self._advance = database, records, advance
        self._enqueuer, self._executor, self._running = enqueuer, executor, running
        self._given_up = set[str]()
        self._looked = dict[str, tuple[float, float]]()

    async def sweep_every(self, seconds: float) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.try_to_sweep()

    async def try_to_sweep(self) -> None:
        """Look once; whatever goes wrong is no reason to stop, or not to start."""
        try:
            await self.sweep()
        except Exception:
            log.exception("sweeping failed")

    async def sweep(self) -> None:
        """Look once."""
        running = await self._records.running()
        statuses = await asyncio.to_thread(self._enqueuer.statuses, [turn.id for turn in running])
        put_off = await asyncio.to_thread(self._enqueuer.put_off)
        waiting = {turn_of(workflow) for workflow in put_off}
        for turn in running:
            if statuses.get(turn.id) not in ALIVE and turn.id not in waiting:
                await self._look_after(turn, statuses.get(turn.id))
        await self._wake({turn.case for turn in running})
        await self._put_back()
        if late := await asyncio.to_thread(self._enqueuer.hasten, put_off):
            log.warning("%s turns were put off by a clock that was set back; they go on", late)
        await asyncio.to_thread(self._forget)

    def _forget(self) -> None:
        """Let go of what models were sent and answered, where a plant's time for it is over."""
        with self._database.write() as session:
            forget(session, self._advance.now())

    async def _look_after(self, turn: Turn, first: str | None) -> None:
        """Do what is to be done about a turn whose first workflow does not run."""
        later = await asyncio.to_thread(self._enqueuer.continuations, turn.id)
        if ALIVE & set(later.values()):
            return
        last = max(later, default=0)
        status = later.get(last, first)
        if status is None:
            log.warning("turn %s had no workflow; it is started again", turn.id)
            await asyncio.to_thread(self._start, turn, turn.id)
        elif status in WHY:
            log.error("turn %s cannot be finished: %s", turn.id, WHY[status])
            why = f"The case could not be worked on: {WHY[status]} ({status})."
            await self._records.end_turn(turn.id, self._enqueuer.enqueue, why)
        else:
            await asyncio.to_thread(self._start, turn, continuation(turn.id, last + 1))

    async def _put_back(self) -> None:
        """Put workflows back that nothing runs; one that has only just begun is seen so once."""
        pending = await asyncio.to_thread(self._enqueuer.pending)
        idle = set(pending.get(self._executor, ())) - self._running()
        again, self._given_up = idle & self._given_up, idle - self._given_up
        if again:
            log.warning("%s turns of this worker were given up; they go on", len(again))
            await asyncio.to_thread(self._enqueuer.resume, sorted(again))

    def _start(self, turn: Turn, workflow: str) -> None:
        """Start a workflow for a turn that still holds its gate."""
        with self._database.write() as session:
            now = gates.turn(session, turn.id)
            if now is not None and now.state is TurnState.RUNNING:
                self._enqueuer.again(session, now, workflow)

    async def _wake(self, busy: set[str]) -> None:
        """Give cases with postings in doubt another turn: less often each time."""
        due, now = await self._advance.in_doubt(), asyncio.get_running_loop().time()
        self._looked = {case: seen for case, seen in self._looked.items() if case in due}
        for case in sorted(due - busy):
            looked, pause = self._looked.get(case, (now, 0.0))
            if looked + pause <= now:
                self._looked[case] = (now, min(SELDOMEST_LOOK, max(FIRST_LOOK, pause * 2)))
                await self._records.wake(case, self._enqueuer.enqueue)

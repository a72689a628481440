"""Taking over what a dead worker left, on PostgreSQL.

Every worker holds its name as a lock on a connection of its own; the server lets go of it the
moment the process dies, and some seconds after its machine does (``records.database``). Who can
take a dead worker's name holds it while its turns are put back into the queue, so that the worker
cannot come back in the middle of it. No clock is asked.

A turn that was taken over too often takes its workers with it: it is a dead letter.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from agent.dispatch.enqueue import DurableEnqueuer, turn_of
from agent.dispatch.owner import vacant
from agent.records import gates
from agent.records.database import Database

log = logging.getLogger("concord.dispatch")

TOO_OFTEN = "The case could not be worked on: it killed one worker after the other."


class Takeover:
    """Looks for workers that are gone.

    Args:
        database: The records, which share it with DBOS.
        enqueuer: Starts workflows.
        executor: The name of this worker.
        most_deaths: How often a turn may take its worker with it.
    """

    def __init__(
        self, database: Database, enqueuer: DurableEnqueuer, executor: str, most_deaths: int
    ) -> None:
        self._database, self._enqueuer = database, enqueuer
        self._executor, self._most_deaths = executor, most_deaths

    def look(self) -> dict[str, str]:
        """Take over from every worker that is gone; return turns nobody is to run again, and why.

        It reads and writes, so it is not for the loop.
        """
        given_up: dict[str, str] = {}
        if self._database.dialect == "postgresql":
            for executor in sorted(set(self._enqueuer.pending()) - {self._executor}):
                given_up |= self._take_over(executor)
        return given_up

    def _take_over(self, executor: str) -> dict[str, str]:
        with vacant(self._database, executor) as is_so:
            if not is_so:
                return {}
            # What was pending before the name was ours may have ended since: ask again.
            left = self._enqueuer.pending().get(executor, ())
            deadly = self._deadly(left)
            self._enqueuer.resume([one for one in left if turn_of(one) not in deadly])
            self._enqueuer.cancel([one for one in left if turn_of(one) in deadly])
        log.warning("worker '%s' is gone; %s of its turns go on", executor, len(left) - len(deadly))
        return dict.fromkeys(deadly, TOO_OFTEN)

    def _deadly(self, workflows: Sequence[str]) -> set[str]:
        """Count a death for each turn, and return those that have died too often."""
        turns = {turn_of(workflow) for workflow in workflows}
        with self._database.write() as session:
            return {turn for turn in turns if gates.died(session, turn) > self._most_deaths}

"""Starting turns without running any: what commands, the web role and the worker itself use."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from dbos import DBOS, DBOSClient, EnqueueOptions
from dbos._serialization import DBOSPortableJSONSerializer  # not exported; the default pickles
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from agent.case.conflict import Criticality
from agent.clock import now
from agent.dispatch.sets import Sets
from agent.records.database import Database
from agent.records.gates import Turn

APPLICATION = "concord"
APPLICATION_VERSION = "1"
QUEUE = "cases"
WORKFLOW = "turn_of_a_case_v1"
WORKERS = 16
POLL_SECONDS = 0.1
LONGEST_PAUSE = 300.0
"""No turn is put off for more seconds."""

AT_ONCE = 200
"""So many workflows are asked about in one query; SQLite bears no thousand terms."""

ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})

PRIORITY = {
    Criticality.URGENT: 1,
    Criticality.HIGH: 2,
    Criticality.NORMAL: 3,
    Criticality.LOW: 4,
}


class DurableEnqueuer:
    """Starts turns as DBOS workflows, in the caller's transaction.

    Making one brings DBOS's tables up to date, for a signal may arrive, and a person decide, before
    the first worker ever ran. It must not be made inside a write transaction, which it would wait
    for.
    """

    def __init__(self, database: Database) -> None:
        quiet()
        with database.read():
            pass  # the first connection sets WAL, which DBOS never does
        DBOS.migrate(database.url)
        self._sets = Sets()
        self._client = DBOSClient(
            system_database_url=database.url,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )

    def declare_queue(self) -> None:
        """Write down the queue workers listen to; known before launch, it is polled at once."""
        self._client.register_queue(
            QUEUE, worker_concurrency=WORKERS, polling_interval_sec=POLL_SECONDS
        )

    def enqueue(self, session: Session, turns: Sequence[Turn]) -> None:
        """Start the workflows of turns; the same turn is started once."""
        with self._sets.written(session) as connection:
            for turn in turns:
                self._start(connection, turn, turn.id)

    def again(
        self, session: Session, turn: Turn, workflow: str, delay_seconds: float = 0.0
    ) -> None:
        """Start a workflow that goes on with a turn, after a while."""
        with self._sets.written(session) as connection:
            self._start(connection, turn, workflow, delay_seconds)

    def _start(
        self, connection: Connection, turn: Turn, workflow: str, delay_seconds: float = 0.0
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": workflow,
            "app_version": APPLICATION_VERSION,
            "priority": PRIORITY[turn.criticality],
        }
        if delay_seconds:
            options["delay_seconds"] = delay_seconds
        self._client.enqueue_in_transaction(connection, options, turn.id, turn.case, turn.decision)

    def statuses(self, workflows: Sequence[str]) -> dict[str, str]:
        """Return where workflows stand; one that does not exist is left out."""
        return {
            found.workflow_id: str(found.status)
            for some in _chunks(workflows)
            for found in self._client.list_workflows(
                workflow_ids=some, load_input=False, load_output=False
            )
        }

    def continuations(self, turn: str) -> dict[int, str]:
        """Return where the workflows stand that went on with a turn, by their number."""
        found = self._client.list_workflows(
            workflow_id_prefix=f"{turn}~", load_input=False, load_output=False
        )
        return {number_of(one.workflow_id): str(one.status) for one in found}

    def pending(self) -> dict[str, list[str]]:
        """Return the workflows that are being run, by the executor that runs them."""
        found: dict[str, list[str]] = {}
        for one in self._client.list_workflows(
            status="PENDING", name=WORKFLOW, load_input=False, load_output=False
        ):
            found.setdefault(one.executor_id or "", []).append(one.workflow_id)
        return found

    def put_off(self) -> dict[str, float]:
        """Return the workflows that wait, and until when, in seconds since 1970."""
        found = self._client.list_workflows(
            status="DELAYED", name=WORKFLOW, load_input=False, load_output=False
        )
        return {one.workflow_id: (one.delay_until_epoch_ms or 0) / 1000 for one in found}

    def hasten(self, put_off: Mapping[str, float]) -> int:
        """Let go on now what waits for longer than anything can; return how many there were.

        Until when it waits was said by another clock: DBOS goes by the machine's, and somebody has
        set that back.
        """
        latest = now().timestamp() + LONGEST_PAUSE
        late = [workflow for workflow, until in put_off.items() if until > latest]
        for workflow in late:
            self._client.set_workflow_delay(workflow, delay_seconds=0.0)
        return len(late)

    def resume(self, workflows: Sequence[str]) -> None:
        """Put workflows back into the queue they came from; elsewhere they would lose their order.

        Raises nothing for those that have ended meanwhile: they stay ended.
        """
        if workflows:
            self._client.resume_workflows(list(workflows), queue_name=QUEUE)

    def cancel(self, workflows: Sequence[str]) -> None:
        """See to it that nobody runs workflows again."""
        for workflow in workflows:
            self._client.cancel_workflow(workflow)

    def forget(self, before: datetime) -> int:
        """Delete the workflows that ended before a time, however; return how many."""
        gone = 0
        while found := self._client.list_workflows(
            status=sorted(ENDED),
            completed_before=before.isoformat(),
            limit=AT_ONCE,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([one.workflow_id for one in found])
            gone += len(found)
        return gone

    def close(self) -> None:
        """Let go of connections."""
        self._client.destroy()


def continuation(turn: str, number: int) -> str:
    """Return the id of the workflow that goes on with a turn for the n-th time."""
    return f"{turn}~{number}"


def turn_of(workflow: str) -> str:
    """Return the turn a workflow runs, or goes on with."""
    return workflow.partition("~")[0]


def number_of(workflow: str) -> int:
    """Return how often a turn was gone on with before this workflow, itself included."""
    return int(workflow.partition("~")[2] or 0)


def quiet() -> None:
    """Let DBOS speak through the logs of Concord, and only of what went wrong."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())  # else it prints on the console
    log.propagate = True
    log.setLevel(logging.ERROR)


def _chunks(words: Iterable[str]) -> Iterator[list[str]]:
    left = iter(words)
    while some := list(islice(left, AT_ONCE)):
        yield some

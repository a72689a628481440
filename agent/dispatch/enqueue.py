"""Starting turns without running any: what commands, the web role and the worker itself use."""

from __future__ import annotations

from dbos import DBOSClient, EnqueueOptions
from dbos._serialization import DBOSPortableJSONSerializer  # not exported; the default pickles
from sqlalchemy.orm import Session

from agent.case.conflict import Criticality
from agent.records.database import Database
from agent.records.gates import Turn

QUEUE = "cases"
WORKFLOW = "turn_of_a_case_v1"
APPLICATION_VERSION = "1"
PRIORITY = {
    Criticality.URGENT: 1,
    Criticality.HIGH: 2,
    Criticality.NORMAL: 3,
    Criticality.LOW: 4,
}


class DurableEnqueuer:
    """Starts turns as DBOS workflows, in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._client = DBOSClient(
            system_database_url=database.url,
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )

    def enqueue(self, session: Session, turn: Turn) -> None:
        """Start a turn's workflow; the same turn is started once."""
        self.again(session, turn, turn.id, 0.0)

    def again(self, session: Session, turn: Turn, workflow: str, delay_seconds: float) -> None:
        """Start a workflow that goes on with a turn, after a while."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": workflow,
            "app_version": APPLICATION_VERSION,
            "priority": PRIORITY[turn.criticality],
        }
        if delay_seconds:
            options["delay_seconds"] = delay_seconds
        self._client.enqueue_in_transaction(session, options, turn.id, turn.case, turn.decision)

    def statuses(self, turns: list[str]) -> dict[str, str]:
        """Return where the workflows of turns stand; one that is missing is left out."""
        found = self._client.list_workflows(
            workflow_id_prefix=turns or None, load_input=False, load_output=False
        )
        return {status.workflow_id: str(status.status) for status in found}

    def close(self) -> None:
        """Let go of connections."""
        self._client.destroy()

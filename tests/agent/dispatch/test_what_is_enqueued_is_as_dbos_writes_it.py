"""Compiled once, DBOS's inserts leave the very rows that they leave compiled every time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from agent.case.conflict import Criticality
from agent.dispatch.compiled import BEFORE, replaced
from agent.dispatch.enqueue import DurableEnqueuer
from agent.records.database import Database
from agent.records.gates import Turn
from agent.records.states import Trigger, TurnState

OWN = {"created_at", "updated_at", "creator_xid", "delay_until_epoch_ms", "retention_timestamp"}
"""What no two rows have in common, whoever writes them."""


def turn(name: str, decision: str | None = None) -> Turn:
    trigger = Trigger.DECISION if decision else Trigger.SIGNAL
    state, urgent = TurnState.RUNNING, Criticality.URGENT
    return Turn(name, "c-1", "1010/order/1", 1, trigger, urgent, state, decision)


def rows_of(database: Database, *, as_dbos_does: bool) -> Sequence[Any]:
    enqueuer = DurableEnqueuer(database)
    if as_dbos_does:
        event.remove(database.engine, BEFORE, replaced)
    with database.write() as session:
        enqueuer.enqueue(session, turn("s-c-1"))
        enqueuer.enqueue(session, turn("s-c-1"))
        enqueuer.enqueue(session, turn("d-c-1", "d-c-1"))
        enqueuer.again(session, turn("s-c-1"), "s-c-1~1", 60.0)
    enqueuer.close()
    found = list[Any]()
    with database.read() as session:
        for table in ("workflow_status", "workflow_input"):
            rows = session.execute(text(f"SELECT * FROM {table} ORDER BY workflow_uuid"))
            found += [{k: v for k, v in row.items() if k not in OWN} for row in rows.mappings()]
    database.dispose()
    return found


def test_compiled_once_leaves_the_same_rows(tmp_path: Path) -> None:
    ours = rows_of(Database.of_home(tmp_path / "ours"), as_dbos_does=False)
    theirs = rows_of(Database.of_home(tmp_path / "theirs"), as_dbos_does=True)
    assert len(ours) == 6
    assert ours == theirs

"""Written as sets, DBOS's rows are the very rows that it writes one by one."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from agent.case.conflict import Criticality
from agent.dispatch.enqueue import DurableEnqueuer
from agent.dispatch.sets import Sets
from agent.records.database import Database
from agent.records.gates import Turn
from agent.records.states import Trigger, TurnState

OWN = {"created_at", "updated_at", "creator_xid", "delay_until_epoch_ms", "retention_timestamp"}
"""What no two rows have in common, whoever writes them."""


def turn(name: str, decision: str | None = None) -> Turn:
    trigger = Trigger.DECISION if decision else Trigger.SIGNAL
    state, urgent = TurnState.RUNNING, Criticality.URGENT
    return Turn(name, "c-1", "1010/order/1", 1, trigger, urgent, state, decision)


@contextmanager
def as_dbos_does(_: Sets, session: Session) -> Generator[Connection]:
    yield session.connection()


def rows_of(database: Database) -> Sequence[Any]:
    enqueuer = DurableEnqueuer(database)
    with database.write() as session:
        enqueuer.enqueue(session, [turn("s-c-1"), turn("s-c-1"), turn("d-c-1", "d-c-1")])
        enqueuer.enqueue(session, [turn("s-c-1"), turn("d-c-2", "d-c-2")])
        enqueuer.again(session, turn("s-c-1"), "s-c-1~1", 60.0)
    enqueuer.close()
    found = list[Any]()
    with database.read() as session:
        for table in ("workflow_status", "workflow_input"):
            rows = session.execute(text(f"SELECT * FROM {table} ORDER BY workflow_uuid"))
            found += [{k: v for k, v in row.items() if k not in OWN} for row in rows.mappings()]
    database.dispose()
    return found


def test_sets_leave_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = rows_of(Database.of_home(tmp_path / "ours"))
    monkeypatch.setattr(Sets, "written", as_dbos_does)
    theirs = rows_of(Database.of_home(tmp_path / "theirs"))
    assert len(ours) == 8
    assert ours == theirs

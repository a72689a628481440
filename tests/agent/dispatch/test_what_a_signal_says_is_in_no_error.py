"""A write that fails says why, and repeats nothing of what was being written."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from agent.dispatch.durable import DurableDispatcher
from agent.dispatch.enqueue import DurableEnqueuer
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.states import How
from agent.records.tables import InboxRow
from tests.agent.dispatch.turns import NOW, Scripted, arrived, quiet

Start = Callable[[Scripted], Awaitable[DurableDispatcher]]
CANARY = "words of the foreman"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
async def test_neither_letter_nor_log_repeats_it(
    start: Start,
    records: CaseRecords,
    enqueuer: DurableEnqueuer,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def write(case: str, count: int) -> dict[str, Any]:
        row: dict[str, Any] = {"source": "/test", "signal": "b", "how": How.NEW, "received_at": NOW}
        with database.write() as session:
            session.add(InboxRow(**row, body={"text": CANARY}, case_id="c-none"))
        raise AssertionError("a case that is not there was taken")

    await records.receive(arrived("a"), enqueuer.enqueue)
    await start(Scripted(write))
    await quiet(records)
    [letter] = await records.dead_letters()
    assert "IntegrityError" in letter.reason
    assert "a burst of case" in caplog.text
    assert CANARY not in letter.reason + caplog.text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nor_does_the_server_repeat_a_row_it_refused(database: Database) -> None:
    row: dict[str, Any] = {"source": None, "signal": "b", "how": How.NEW, "received_at": NOW}
    with database.write() as session:
        session.add(InboxRow(**row, body={"text": CANARY}))
        with pytest.raises(IntegrityError, match="null value") as error:
            session.flush()
        session.rollback()
    assert CANARY not in f"{error.value} {error.value.__cause__}"

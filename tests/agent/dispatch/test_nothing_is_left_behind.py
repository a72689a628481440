"""The sweep: turns that nothing runs any more, and postings nobody knows about."""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from dbos import DBOSClient
from dbos._serialization import DBOSPortableJSONSerializer

from agent.dispatch.durable import DurableDispatcher
from agent.dispatch.enqueue import DurableEnqueuer
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.texts import Asked, asked, texts_of
from tests.agent.dispatch.turns import Scripted, arrived, quiet, until

Start = Callable[[Scripted], Awaitable[DurableDispatcher]]


async def test_a_turn_without_a_workflow_is_started_again(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    lost = await records.receive(arrived("a"), lambda session, turns: None)
    behind = await records.receive(arrived("b"), enqueuer.enqueue)
    turns = Scripted()
    await start(turns)
    await quiet(records)
    assert turns.log == [lost.case, behind.case]


async def test_a_worker_starts_and_goes_on_though_its_first_sweep_fails(
    start: Start, records: CaseRecords
) -> None:
    class OnceAway(Scripted):
        asked = 0

        async def in_doubt(self) -> set[str]:
            self.asked += 1
            if self.asked == 1:
                raise OSError("away just now")
            return set()

    lost = await records.receive(arrived("a"), lambda session, turns: None)
    turns = OnceAway()
    await start(turns)
    await until(lambda: _asked(turns), lambda asked: asked > 1)
    await quiet(records)
    assert turns.log == [lost.case]


async def _asked(turns: Any) -> int:
    return turns.asked


async def test_a_turn_whose_workflow_is_over_is_gone_on_with(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer, database: Database
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    turns = Scripted()
    dispatcher = await start(turns)
    await quiet(records)
    await dispatcher.stop(5)
    with database.write() as session:  # as records would be that were restored to an earlier time
        session.connection().exec_driver_sql("UPDATE turns SET state = 'running'")
    again = Scripted()
    await start(again)
    await quiet(records)
    assert (turns.log, again.log) == ([received.case], [received.case])


async def test_a_cancelled_workflow_is_a_dead_letter_and_makes_way(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer, database: Database
) -> None:
    first = await records.receive(arrived("a"), enqueuer.enqueue)
    second = await records.receive(arrived("b"), enqueuer.enqueue)
    assert first.turn is not None
    client = DBOSClient(system_database_url=database.url, serializer=DBOSPortableJSONSerializer())
    client.cancel_workflow(first.turn.id)
    client.destroy()
    turns = Scripted()
    await start(turns)
    await quiet(records)
    [letter] = await records.dead_letters()
    assert (letter.case, turns.log) == (first.case, [second.case])
    assert "was cancelled" in letter.reason


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
async def test_a_turn_that_a_clock_put_off_for_days_goes_on_once_the_clock_is_set_back(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer, database: Database
) -> None:
    received = await records.receive(arrived("a"), lambda session, turns: None)
    behind = await records.receive(arrived("b"), enqueuer.enqueue)
    assert received.turn is not None
    with database.write() as session:
        enqueuer.again(session, received.turn, received.turn.id, 2 * 86_400)
    turns = Scripted()
    await start(turns)
    await quiet(records)
    assert turns.log == [received.case, behind.case]


async def test_a_turn_the_disk_had_no_room_for_goes_on_once_it_has(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    assert received.case is not None
    behind = await records.receive(arrived("b"), enqueuer.enqueue)
    turns = Scripted(held={received.case: asyncio.Event()})
    dispatcher = await start(turns)
    await until(lambda: _log(turns), lambda log: log == [received.case])
    with full_disk():
        turns.held[received.case].set()
        await until(lambda: _running(dispatcher), lambda running: not running)
    await quiet(records)
    assert turns.log == [received.case, received.case, behind.case]
    assert await records.dead_letters() == []


@contextmanager
def full_disk() -> Generator[None]:
    """Let no file of this process grow any more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def _running(dispatcher: DurableDispatcher) -> set[str]:
    return dispatcher.running()


async def test_hundreds_of_waiting_turns_are_swept_as_well(
    records: CaseRecords, start: Start, enqueuer: DurableEnqueuer
) -> None:
    cases = list[str]()
    for number in range(220):
        received = await records.receive(arrived(f"s{number}", f"o{number}"), enqueuer.enqueue)
        cases.append(str(received.case))
    turns = Scripted()
    await start(turns)
    await until(lambda: _log(turns), lambda log: set(log) >= set(cases))
    await quiet(records)
    assert sorted(turns.log) == sorted(cases)


async def test_a_case_with_a_posting_in_doubt_is_woken_once_a_while(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    turns = Scripted()
    turns.doubtful.add(str(received.case))
    await start(turns)
    await until(lambda: _log(turns), lambda log: len(log) == 2)
    await quiet(records)
    assert turns.log == [received.case, received.case]


async def _log(turns: Scripted) -> list[str]:
    return turns.log


async def test_what_a_model_was_told_is_forgotten_when_its_time_is_over(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer, database: Database
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    assert received.case is not None
    said = Asked("openai:m", received.case, {}, {"sent": "a", "answered": "b"}, days=1)
    turns = Scripted()
    with database.write() as session:
        asked(session, said, turns.now() - timedelta(days=2))
        asked(session, said, turns.now())
    await start(turns)
    with database.read() as session:
        assert len(texts_of(session, received.case)) == 1

"""Who runs when: the urgent first, one turn of an object at a time, in the order they came."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agent.advance import Rest, told
from agent.case.conflict import Criticality
from agent.dispatch.durable import DurableDispatcher
from agent.dispatch.enqueue import WORKERS, DurableEnqueuer
from agent.dispatch.owner import CannotRun
from agent.records.cases import CaseRecords, CaseStatus
from agent.records.database import Database
from tests.agent.dispatch.turns import DONE, Scripted, arrived, quiet

Start = Callable[[Scripted], Awaitable[DurableDispatcher]]
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@BOTH
async def test_signals_of_an_order_are_worked_on_one_after_the_other(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    turns = Scripted()
    await start(turns)
    cases = [
        (await records.receive(arrived(f"{order}-{n}", str(order)), enqueuer.enqueue)).case
        for n in range(4)
        for order in range(3)
    ]
    await quiet(records)
    assert sorted(turns.log) == sorted(str(case) for case in cases)
    for order in range(3):
        mine = [str(case) for case in cases[order::3]]
        assert [case for case in turns.log if case in mine] == mine
    assert turns.overlaps == []


async def test_the_urgent_is_run_before_what_came_earlier(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    for number in range(2 * WORKERS):
        await records.receive(arrived(f"n{number}", f"n{number}"), enqueuer.enqueue)
    urgent = await records.receive(arrived("u", "u", Criticality.URGENT), enqueuer.enqueue)
    turns = Scripted()
    await start(turns)
    await quiet(records)
    assert turns.log.index(str(urgent.case)) < WORKERS
    assert len(turns.log) == 2 * WORKERS + 1


async def test_what_cannot_go_on_now_goes_on_later_and_keeps_its_place(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    first = await records.receive(arrived("a"), enqueuer.enqueue)
    second = await records.receive(arrived("b"), enqueuer.enqueue)

    def down_at_first(case: str, count: int) -> dict[str, object]:
        down = case == first.case and count == 1
        return told(Rest.LATER, "SAP is down", 0.05) if down else DONE

    turns = Scripted(down_at_first)
    await start(turns)
    await quiet(records)
    assert turns.log == [first.case, first.case, second.case]


async def test_what_is_stopped_is_a_dead_letter_and_makes_way(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    first = await records.receive(arrived("a"), enqueuer.enqueue)
    second = await records.receive(arrived("b"), enqueuer.enqueue)
    turns = Scripted(
        lambda case, _: told(Rest.STOPPED, "no rights") if case == first.case else DONE
    )
    await start(turns)
    await quiet(records)
    assert turns.log == [first.case, second.case]
    assert [(one.case, one.reason) for one in await records.dead_letters()] == [
        (first.case, "no rights")
    ]


async def test_what_raises_is_tried_again_and_then_a_dead_letter(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    healing = await records.receive(arrived("heals", "1"), enqueuer.enqueue)
    hopeless = await records.receive(arrived("never", "2"), enqueuer.enqueue)

    def says(case: str, count: int) -> dict[str, object]:
        if case == hopeless.case or count == 1:
            raise KeyError("nobody foresaw this")
        return DONE

    turns = Scripted(says)
    await start(turns)
    await quiet(records)
    assert turns.log.count(str(healing.case)) == 2
    assert turns.log.count(str(hopeless.case)) == 3
    [letter] = await records.dead_letters()
    assert (letter.case, letter.reason) == (hopeless.case, "KeyError: 'nobody foresaw this'")


async def test_a_replayed_case_takes_its_turn_again(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    turns = Scripted(lambda _, count: told(Rest.STOPPED, "no rights") if count == 1 else DONE)
    await start(turns)
    await quiet(records)
    [letter] = await records.dead_letters()
    await records.replay(letter.id, "anna", lambda _: arrived("a"), enqueuer.enqueue)
    await quiet(records)
    view = await records.case(str(received.case))
    assert turns.log == [received.case, received.case]
    assert view is not None
    assert view.status is CaseStatus.OPEN


async def test_a_second_dispatcher_in_the_same_folder_is_refused(
    start: Start, database: Database, records: CaseRecords, tmp_path: Path
) -> None:
    await start(Scripted())
    second = DurableDispatcher(database, records, Scripted(), home=tmp_path, executor="other")
    with pytest.raises(CannotRun, match="a worker runs on the data in"):
        await second.start()


async def test_running_bursts_are_finished_before_it_stops(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    case, going_on = str(received.case), asyncio.Event()
    turns = Scripted(held={case: going_on})
    dispatcher = await start(turns)
    await _begun(turns)
    stopping = asyncio.create_task(dispatcher.stop(10))
    await asyncio.sleep(0.05)
    going_on.set()
    await stopping
    assert await records.running() == []
    assert turns.log == [case]


@BOTH
async def test_what_is_broken_off_is_run_again_by_the_next_start(
    start: Start, records: CaseRecords, enqueuer: DurableEnqueuer
) -> None:
    received = await records.receive(arrived("a"), enqueuer.enqueue)
    case = str(received.case)
    turns = Scripted(held={case: asyncio.Event()})
    dispatcher = await start(turns)
    await _begun(turns)
    await dispatcher.stop(0)
    assert [turn.case for turn in await records.running()] == [case]
    again = Scripted()
    await start(again)
    await quiet(records)
    assert (turns.log, again.log) == ([case], [case])


async def test_after_it_stopped_threads_work_as_before(start: Start) -> None:
    dispatcher = await start(Scripted())
    await dispatcher.stop(0)
    assert await asyncio.to_thread(lambda: "still there") == "still there"


async def _begun(turns: Scripted) -> None:
    async with asyncio.timeout(10):
        while not turns.running:
            await asyncio.sleep(0.01)

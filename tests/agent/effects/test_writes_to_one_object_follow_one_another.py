"""One object, one write at a time: among tasks, among processes, and after a death."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from agent.effects.effects import Effects, PostingState
from agent.records import posting_rows, postings
from agent.records.database import Database
from agent.records.postings import NewPosting, Posting, PostingRecords
from tests.agent.effects.target import (
    CALL,
    SETTLE,
    Death,
    Goes,
    Target,
    Time,
    effects_on,
    issue,
    until,
)

CASE = "c-1"
STANDING_IN_LINE = 0.5
"""Until then a task has come to the line in which it waits for the object, which nobody can see."""


@pytest.fixture
def effects(ledger: PostingRecords, time: Time, target: Target) -> Effects:
    return effects_on(ledger, time, target)


async def test_writes_to_one_object_go_one_after_the_other(
    effects: Effects, target: Target
) -> None:
    await asyncio.gather(
        *(effects.perform(f"c-{number}", issue(), 0, "d-1") for number in range(5))
    )

    assert target.most_under_way == 1
    assert len(target.sent) == 5


async def test_another_process_waits_for_the_object(
    database: Database, ledger: PostingRecords, time: Time, target: Target
) -> None:
    one, other = effects_on(ledger, time, target), effects_on(ledger, time, target)

    done = await asyncio.gather(
        one.perform("c-1", issue(), 0, "d-1"), other.perform("c-2", issue(), 0, "d-2")
    )

    assert [each.state for each in done] == [PostingState.CONFIRMED] * 2
    assert target.most_under_way == 1


async def test_a_dead_sender_keeps_its_object_only_until_its_call_has_settled(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    target.calls = [Goes.DIES_AFTER_COMMIT]
    with pytest.raises(Death):
        await effects_on(ledger, time, target).perform("c-1", issue(), 0, "d-1")
    alive = effects_on(ledger, time, target)

    done = await alive.perform("c-2", issue(), 0, "d-2")

    assert done.state is PostingState.CONFIRMED
    assert target.sent_at[1] - target.sent_at[0] >= timedelta(seconds=CALL + SETTLE - 1)
    assert (await alive.perform("c-1", issue(), 0, "d-1")).state is PostingState.CONFIRMED
    assert len(target.sent) == 2


async def test_an_answer_counts_although_the_row_was_taken_for_orphaned_meanwhile(
    ledger: PostingRecords, database: Database, time: Time, target: Target
) -> None:
    def taken_over() -> None:
        with database.write() as session:
            for posting in posting_rows.of_case(session, CASE):
                postings.move(
                    session,
                    posting.key,
                    PostingState.SENDING,
                    PostingState.UNKNOWN,
                    postings.Mark(why="orphaned"),
                    time.now,
                )

    target.during = taken_over

    done = await effects_on(ledger, time, target).perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert len(target.sent) == 1


@pytest.mark.parametrize("processes", [1, 2])
async def test_who_waited_for_the_object_looks_again_before_writing(
    ledger: PostingRecords, time: Time, target: Target, processes: int
) -> None:
    several = [effects_on(ledger, time, target) for _ in range(processes)]
    asked = list[str]()

    def moved(case: str) -> Callable[[], Awaitable[bool]]:
        async def ask() -> bool:
            asked.append(case)
            return True

        return ask

    target.held = asyncio.Event()
    first = asyncio.create_task(several[0].perform("c-1", issue(), 0, "d-1", moved("c-1")))
    await until(lambda: target.under_way == 1)
    slept = len(time.slept)
    second = asyncio.create_task(several[-1].perform("c-2", issue(), 0, "d-2", moved("c-2")))
    if processes == 1:
        await asyncio.sleep(STANDING_IN_LINE)
    else:
        await until(lambda: len(time.slept) > slept)
    target.held.set()

    assert (await first).state is PostingState.CONFIRMED
    assert (await second).state is PostingState.STALE
    assert asked == ["c-2"]
    assert len(target.sent) == 1


async def test_who_met_another_write_looks_again_though_it_is_over_by_then(
    database: Database, ledger: PostingRecords, time: Time, target: Target
) -> None:
    class Met(PostingRecords):
        async def intend_and_send(self, wanted: NewPosting) -> tuple[Posting, bool]:
            met = await super().intend_and_send(wanted)
            writing.set()
            await first
            return met

    async def moved() -> bool:
        return True

    writing = target.held = asyncio.Event()
    first = asyncio.create_task(effects_on(ledger, time, target).perform("c-1", issue(), 0, "d-1"))
    await until(lambda: target.under_way == 1)

    done = await effects_on(Met(database, time), time, target).perform(
        "c-2", issue(), 0, "d-2", moved
    )

    assert done.state is PostingState.STALE
    assert len(target.sent) == 1


async def test_what_has_not_moved_goes_out_after_the_wait(effects: Effects, target: Target) -> None:
    target.calls = [Goes.LOCKED, Goes.WELL]
    asked = list[str]()

    async def moved() -> bool:
        asked.append("again")
        return False

    done = await effects.perform("c-1", issue(), 0, "d-1", moved)

    assert (done.state, asked) == (PostingState.CONFIRMED, ["again"])

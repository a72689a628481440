"""A posting nobody can speak for holds its case up until it is found, or a person has looked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest

from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.effects.effects import Ambience, Effects, NotInDoubt, PostingState
from agent.effects.settling import Settling
from agent.effects.waiting import Waiting
from agent.records.audit import entries_of
from agent.records.database import Database
from agent.records.postings import PostingRecords
from tests.agent.effects.target import CALL, SETTLE, Goes, Target, Time, effects_on, issue
from tools.objects.reading import System
from tools.objects.task import TaskDraft

CASE = "c-1"


@dataclass(frozen=True)
class Unsearchable(PostMovement):
    """A movement in a system that has no field for a reference."""

    searchable: ClassVar[bool] = False


@pytest.fixture
def effects(ledger: PostingRecords, time: Time, target: Target) -> Effects:
    return effects_on(ledger, time, target)


async def test_a_target_that_cannot_be_looked_at_leaves_it_unknown(
    effects: Effects, target: Target
) -> None:
    target.calls, target.looks = [Goes.LOST_BEFORE_COMMIT], [False] * 100

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.UNKNOWN
    assert len(target.sent) == 1


async def test_an_unknown_that_settles_too_late_is_listed_and_resumed(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    effects = effects_on(ledger, time, target, waiting=Waiting(seconds=10))
    target.calls = [Goes.COMMITS_LATE]
    done = await effects.perform(CASE, issue(), 0, "d-1")
    assert done.state is PostingState.UNKNOWN
    assert await effects.unfinished() == []

    time.now += timedelta(seconds=SETTLE)

    assert [posting.key for posting in await effects.unfinished()] == [done.key]
    resumed = await effects.resume(CASE)
    assert [one.state for one in resumed] == [PostingState.CONFIRMED]
    assert await effects.unfinished() == []


async def test_resuming_looks_and_never_sends(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    effects = effects_on(ledger, time, target, waiting=Waiting(seconds=10))
    target.calls = [Goes.LOST_BEFORE_COMMIT]
    await effects.perform(CASE, issue(), 0, "d-1")
    time.now += timedelta(seconds=SETTLE)

    resumed = await effects.resume(CASE)

    assert [one.state for one in resumed] == [PostingState.GIVEN_UP]
    assert len(target.sent) == 1


async def test_nothing_hard_goes_out_while_another_posting_of_the_case_is_in_doubt(
    effects: Effects, target: Target
) -> None:
    target.calls = [Goes.LOST_BEFORE_COMMIT] * 3
    first = await effects.perform(CASE, issue(), 0, "d-1")
    assert first.state is PostingState.GIVEN_UP

    held = await effects.perform(CASE, issue(amount="6"), 0, "d-2")

    assert held.state is PostingState.INTENDED
    assert len(target.sent) == 3
    await effects.told(first.key, None, "anna", "not in MB51")
    done = await effects.perform(CASE, issue(amount="6"), 0, "d-2")
    assert done.state is PostingState.CONFIRMED


async def test_a_posting_that_turns_up_makes_the_next_plan_stale(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    hasty = effects_on(ledger, time, target, waiting=Waiting(seconds=10))
    target.calls = [Goes.COMMITS_LATE]
    await hasty.perform(CASE, issue(), 0, "d-1")
    time.now += timedelta(seconds=SETTLE)

    done = await hasty.perform(CASE, issue(amount="6"), 0, "d-2")

    assert done.state is PostingState.STALE
    assert len(target.sent) == 1


async def test_a_person_says_what_became_of_it(
    effects: Effects, target: Target, database: Database
) -> None:
    target.calls = [Goes.LOST_BEFORE_COMMIT] * 3
    lost = await effects.perform(CASE, issue(), 0, "d-1")

    told = await effects.told(lost.key, "4900000001/2026", "anna", "seen in MB51")

    assert (told.state, told.number) == (PostingState.CONFIRMED, "4900000001/2026")
    assert (await effects.perform(CASE, issue(), 0, "d-1")).number == "4900000001/2026"
    with pytest.raises(NotInDoubt):
        await effects.told(lost.key, None, "anna", "changed my mind")
    with database.read() as session:
        assert entries_of(session, CASE)[-1].who == "anna"


async def test_what_cannot_be_searched_for_is_never_sent_again(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    target.calls = [Goes.LOST_BEFORE_COMMIT]

    done = await effects_on(ledger, time, target).perform(CASE, Unsearchable(issue().draft), 0, "d")

    assert done.state is PostingState.GIVEN_UP
    assert len(target.sent) == 1
    assert target.looked_at == []


async def test_a_call_that_hangs_is_broken_off_and_read_back(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    target.calls, target.hangs = [Goes.WELL], 1

    done = await effects_on(ledger, time, target, call=0.02).perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert len(target.sent) == 1


async def test_a_system_the_plant_lacks_is_never_called(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    task = OpenTask(TaskDraft("1010", "Count FG-1", "The line and SAP differ."))

    done = await effects_on(ledger, time, target).perform(CASE, task, 0, None)

    assert done.state is PostingState.INTENDED
    assert "MES" in str(done.why)


async def test_one_of_a_plant_that_is_gone_hides_no_other(
    ledger: PostingRecords, time: Time, target: Target
) -> None:
    async def plant_of(case: str) -> str:
        return "1010" if case == CASE else "gone"

    def settling(plant: str, system: System) -> Settling:
        return {"1010": Settling(CALL, SETTLE)}[plant]

    hasty = effects_on(ledger, time, target, waiting=Waiting(seconds=1))
    target.calls = [Goes.LOST_BEFORE_COMMIT] * 2
    await hasty.perform("c-gone", issue("FG-1"), 0, "d-1")
    here = await hasty.perform(CASE, issue("FG-2"), 0, "d-2")
    time.now += timedelta(seconds=SETTLE)
    ambience = Ambience(time, time.sleep, time.seconds)
    effects = Effects(ledger, lambda plant: {}, plant_of, settling, ambience)

    assert [one.key for one in await effects.unfinished()] == [here.key]

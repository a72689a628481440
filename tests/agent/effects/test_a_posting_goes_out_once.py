"""Each way a call can go, and where the posting stands afterwards."""

from datetime import timedelta

import pytest

from agent.effects.effects import Effects, PostingState
from agent.effects.keys import numbered, reference_of
from agent.effects.waiting import Waiting
from agent.records.audit import entries_of
from agent.records.database import Database
from agent.records.postings import PostingRecords
from tests.agent.effects.target import (
    CALL,
    SETTLE,
    START,
    Death,
    Goes,
    Target,
    Time,
    effects_on,
    issue,
)

CASE = "c-1"


@pytest.fixture
def effects(ledger: PostingRecords, time: Time, target: Target) -> Effects:
    return effects_on(ledger, time, target)


async def test_what_goes_well_is_confirmed_under_its_document(
    effects: Effects, target: Target
) -> None:
    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert (done.state, done.number) == (PostingState.CONFIRMED, "0/2026")
    assert target.sent == [reference_of(CASE, issue(), 0).key]


async def test_a_confirmed_posting_is_never_performed_again(
    effects: Effects, target: Target
) -> None:
    first = await effects.perform(CASE, issue(amount="5"), 0, "d-1")
    again = await effects.perform(CASE, issue(amount="5.00"), 0, "d-2")

    assert again == first
    assert len(target.sent) == 1


async def test_two_equal_actions_of_a_remedy_are_two_postings(
    effects: Effects, target: Target
) -> None:
    for action, ordinal in numbered([issue(), issue(), issue("FG-2")]):
        await effects.perform(CASE, action, ordinal, "d-1")

    assert len(set(target.sent)) == 3


async def test_a_lost_answer_is_found_at_once_if_the_target_shows_it(
    effects: Effects, target: Target, time: Time
) -> None:
    target.calls = [Goes.LOST_AFTER_COMMIT]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert len(target.sent) == 1
    assert time.now < START + timedelta(seconds=SETTLE)


async def test_an_answer_nobody_can_read_is_a_lost_one(effects: Effects, target: Target) -> None:
    target.calls = [Goes.UNREADABLE]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert len(target.sent) == 1


async def test_what_is_not_there_is_sent_again_only_after_the_settling_time(
    effects: Effects, target: Target
) -> None:
    target.calls = [Goes.LOST_BEFORE_COMMIT]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    first, second = target.sent_at
    assert second - first >= timedelta(seconds=SETTLE)
    assert first + timedelta(seconds=SETTLE) <= target.looked_at[-1] <= second


async def test_a_late_commit_is_waited_for(effects: Effects, target: Target) -> None:
    target.calls = [Goes.COMMITS_LATE]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert len(target.sent) == 1


async def test_lost_three_times_it_is_left_to_a_person(effects: Effects, target: Target) -> None:
    target.calls = [Goes.LOST_BEFORE_COMMIT] * 3

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.GIVEN_UP
    assert len(target.sent) == 3
    assert (await effects.perform(CASE, issue(), 0, "d-1")).state is PostingState.GIVEN_UP
    assert len(target.sent) == 3


async def test_locks_met_on_the_way_earn_no_further_try(effects: Effects, target: Target) -> None:
    target.calls = [
        Goes.LOCKED,
        Goes.LOST_BEFORE_COMMIT,
        Goes.LOCKED,
        Goes.LOST_BEFORE_COMMIT,
        Goes.LOST_BEFORE_COMMIT,
    ]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.GIVEN_UP
    assert len(target.sent) == 5


@pytest.mark.parametrize("goes", [Goes.LOCKED, Goes.TOKEN_REJECTED, Goes.NOT_SENT])
async def test_what_certainly_did_not_post_is_sent_again(
    effects: Effects, target: Target, goes: Goes
) -> None:
    target.calls = [goes, goes]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    assert len(target.sent) == 3
    assert target.looked_at == []


async def test_a_throttling_target_is_left_alone_as_long_as_it_asks(
    effects: Effects, target: Target
) -> None:
    target.calls = [Goes.THROTTLED]

    await effects.perform(CASE, issue(), 0, "d-1")

    first, second = target.sent_at
    assert second - first >= timedelta(seconds=17)


async def test_a_lock_that_stays_ends_as_not_carried_out(effects: Effects, target: Target) -> None:
    target.calls = [Goes.LOCKED] * 100

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.INTENDED
    assert "locked" in str(done.why)
    assert len(target.sent) == Waiting().tries
    target.calls = []
    assert (await effects.perform(CASE, issue(), 0, "d-1")).state is PostingState.CONFIRMED


async def test_a_refusal_carries_the_targets_reasons(effects: Effects, target: Target) -> None:
    target.calls = [Goes.REFUSED]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.REFUSED
    assert [refusal.code for refusal in done.refusals] == ["M7/021"]


async def test_what_was_refused_may_be_tried_by_a_later_remedy(
    effects: Effects, target: Target
) -> None:
    target.calls = [Goes.REFUSED]
    await effects.perform(CASE, issue(), 0, "d-1")

    done = await effects.perform(CASE, issue(), 0, "d-2")

    assert done.state is PostingState.CONFIRMED


@pytest.mark.parametrize(
    ("goes", "state"),
    [
        (Goes.STALE, PostingState.STALE),
        (Goes.NOT_FOUND, PostingState.REFUSED),
        (Goes.DENIED, PostingState.INTENDED),
    ],
)
async def test_a_definite_answer_ends_the_pursuit(
    effects: Effects, target: Target, goes: Goes, state: PostingState
) -> None:
    target.calls = [goes]

    done = await effects.perform(CASE, issue(), 0, "d-1")

    assert done.state is state
    assert len(target.sent) == 1
    assert str(done.why)


async def test_a_row_found_sending_is_read_back_before_anything_else(
    ledger: PostingRecords, effects: Effects, target: Target, time: Time
) -> None:
    target.calls = [Goes.DIES_BEFORE_COMMIT]
    with pytest.raises(Death):
        await effects.perform(CASE, issue(), 0, "d-1")

    done = await effects_on(ledger, time, target).perform(CASE, issue(), 0, "d-1")

    assert done.state is PostingState.CONFIRMED
    first, second = target.sent_at
    assert second - first >= timedelta(seconds=CALL + SETTLE - 1)


async def test_begun_means_that_something_may_have_been_posted(
    effects: Effects, target: Target
) -> None:
    target.calls = [Goes.REFUSED]
    remedy = (issue(), issue("FG-2"))
    assert not await effects.begun(CASE, remedy)
    await effects.perform(CASE, remedy[0], 0, "d-1")
    assert not await effects.begun(CASE, remedy)

    await effects.perform(CASE, remedy[1], 0, "d-1")

    assert await effects.begun(CASE, remedy)
    assert not await effects.begun("c-2", remedy)


async def test_every_step_is_in_the_audit(
    effects: Effects, target: Target, database: Database
) -> None:
    target.calls = [Goes.LOST_AFTER_COMMIT]

    await effects.perform(CASE, issue(), 0, "d-1")

    with database.read() as session:
        said = [entry.what for entry in entries_of(session, CASE)]
    assert said == [
        "posting intended",
        "posting sending",
        "posting unknown",
        "posting confirmed",
    ]

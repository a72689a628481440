from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from agent.records import postings
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.postings import (
    MOVES,
    Busy,
    Mark,
    MovedMeanwhile,
    NewPosting,
    NoSuchMove,
    NoSuchPosting,
    PostingRecords,
    PostingState,
)
from agent.records.restored import note
from tools.objects.sync import Refusal
from tools.sandbox.clock import OPENING as T0
from tools.sandbox.clock import SandboxClock

NEW = NewPosting(
    key="0" * 32,
    case="c-1",
    kind="post_movement",
    ordinal=0,
    system="ERP",
    touches="stock/M1/1010",
    hard=True,
    action={"kind": "post_movement", "quantity": "4"},
    decision="d-c-1-1",
)
REFUSAL = Refusal("M7", "021", "Deficit of 4 PC")


@pytest.fixture
def ledger(database: Database, clock: SandboxClock) -> PostingRecords:
    return PostingRecords(database, clock.now)


async def test_an_intent_is_written_once(ledger: PostingRecords) -> None:
    first = await ledger.intend(NEW)
    again = await ledger.intend(NEW)
    assert first == again
    assert (first.state, first.attempts) == (PostingState.INTENDED, 0)


async def test_what_was_never_sent_goes_out_on_the_decision_that_sends_it(
    ledger: PostingRecords,
) -> None:
    await ledger.intend(NEW)
    again = await ledger.intend(replace(NEW, decision="d-c-1-2"))
    assert (again.state, again.decision) == (PostingState.INTENDED, "d-c-1-2")
    await ledger.send(NEW.key)
    late = await ledger.intend(replace(NEW, decision="d-c-1-3"))
    assert (late.state, late.decision) == (PostingState.SENDING, "d-c-1-2")


async def test_a_posting_goes_its_way_to_a_document(
    ledger: PostingRecords, clock: SandboxClock
) -> None:
    await ledger.intend(NEW)
    sending = await ledger.send(NEW.key)
    assert (sending.attempts, sending.sent_at) == (1, T0)
    clock.advance(2)
    await ledger.move(
        NEW.key, PostingState.SENDING, PostingState.CONFIRMED, Mark("4900000012/2026")
    )
    (found,) = await ledger.of_document("4900000012")
    assert found == await ledger.get(NEW.key)
    assert await ledger.of_document("4900000012/2026") == [found]
    assert await ledger.of_document("49000000__") == []
    assert await ledger.of_case("c-1") == [found]


async def test_what_is_being_sent_is_not_sent_again(ledger: PostingRecords) -> None:
    await ledger.intend(NEW)
    await ledger.send(NEW.key)
    with pytest.raises(MovedMeanwhile) as refused:
        await ledger.send(NEW.key)
    assert refused.value.actual is PostingState.SENDING


async def test_a_confirmed_posting_moves_nowhere(ledger: PostingRecords) -> None:
    await ledger.intend(NEW)
    await ledger.send(NEW.key)
    await ledger.move(NEW.key, PostingState.SENDING, PostingState.CONFIRMED)
    assert (await ledger.intend(NEW)).state is PostingState.CONFIRMED
    with pytest.raises(MovedMeanwhile):
        await ledger.send(NEW.key)
    with pytest.raises(MovedMeanwhile):
        await ledger.move(NEW.key, PostingState.SENDING, PostingState.UNKNOWN)
    for state in PostingState:
        with pytest.raises(NoSuchMove):
            await ledger.move(NEW.key, PostingState.CONFIRMED, state)


async def test_a_refused_posting_is_armed_again_by_a_later_plan(ledger: PostingRecords) -> None:
    await ledger.intend(NEW)
    await ledger.send(NEW.key)
    refused = await ledger.move(
        NEW.key, PostingState.SENDING, PostingState.REFUSED, Mark(refusals=[REFUSAL])
    )
    assert refused.refusals == (REFUSAL,)
    again = await ledger.intend(replace(NEW, decision="d-c-1-2"))
    assert (again.state, again.decision) == (PostingState.INTENDED, "d-c-1-2")
    assert again.refusals == (REFUSAL,)


async def test_a_posting_is_open_from_its_sending_until_its_outcome_is_known(
    ledger: PostingRecords,
) -> None:
    await ledger.intend(NEW)
    await ledger.send(NEW.key)
    assert len(await ledger.open_ones()) == 1
    later = T0 + timedelta(seconds=30)
    await ledger.move(
        NEW.key, PostingState.SENDING, PostingState.UNKNOWN, Mark(look_again_at=later)
    )
    (unknown,) = await ledger.open_ones()
    assert unknown.look_again_at == later
    sent = await ledger.send(NEW.key)
    assert (sent.attempts, sent.look_again_at) == (2, None)
    await ledger.move(NEW.key, PostingState.SENDING, PostingState.CONFIRMED, Mark("49/2026"))
    assert await ledger.open_ones() == []


async def test_a_posting_given_up_is_left_to_a_person(ledger: PostingRecords) -> None:
    await ledger.intend(NEW)
    await ledger.move(NEW.key, PostingState.INTENDED, PostingState.GIVEN_UP, Mark(why="locked"))
    (given_up,) = await ledger.given_up()
    assert given_up.why == "locked"
    found = Mark("4900000012/2026", who="ada")
    await ledger.move(NEW.key, PostingState.GIVEN_UP, PostingState.CONFIRMED, found)
    assert await ledger.given_up() == []


async def test_writes_to_one_object_wait_for_each_other(ledger: PostingRecords) -> None:
    other = replace(NEW, key="1" * 32, case="c-2")
    elsewhere = replace(NEW, key="2" * 32, case="c-3", touches="stock/M2/1010")
    for posting in (NEW, other, elsewhere):
        await ledger.intend(posting)
    await ledger.send(NEW.key)
    await ledger.send(elsewhere.key)
    with pytest.raises(Busy) as refused:
        await ledger.send(other.key)
    assert refused.value.key == NEW.key
    await ledger.move(NEW.key, PostingState.SENDING, PostingState.CONFIRMED)
    assert (await ledger.send(other.key)).state is PostingState.SENDING


async def test_an_intent_may_be_sent_with_the_commit_that_writes_it(ledger: PostingRecords) -> None:
    sending, mine = await ledger.intend_and_send(NEW)
    assert (mine, sending.state, sending.attempts) == (True, PostingState.SENDING, 1)
    again, mine = await ledger.intend_and_send(NEW)
    assert (mine, again) == (False, sending)


async def test_an_intent_whose_object_is_taken_is_written_and_not_sent(
    ledger: PostingRecords,
) -> None:
    await ledger.intend_and_send(NEW)
    waiting, mine = await ledger.intend_and_send(replace(NEW, key="1" * 32, case="c-2"))
    assert (mine, waiting.state, waiting.attempts) == (False, PostingState.INTENDED, 0)
    assert await ledger.get("1" * 32) == waiting


async def test_what_nobody_intended_is_not_sent(ledger: PostingRecords) -> None:
    with pytest.raises(NoSuchPosting):
        await ledger.send("f" * 32)


def test_of_many_that_would_send_at_once_one_does(database: Database) -> None:
    with database.write() as session:
        postings.intend(session, NEW, T0)
    together, sent, refused = Barrier(6), list[str](), list[str]()

    def send() -> None:
        together.wait(10)
        try:
            with database.write() as session:
                sent.append(postings.send(session, NEW.key, T0).key)
        except MovedMeanwhile as late:
            refused.append(late.key)

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(sent), len(refused)) == (1, 5)


def test_every_state_says_where_it_may_lead() -> None:
    assert set(MOVES) == set(PostingState)
    assert not any(PostingState.SENDING in MOVES[state] for state in _certain())


def _certain() -> tuple[PostingState, ...]:
    return (
        PostingState.CONFIRMED,
        PostingState.PARTIAL,
        PostingState.REFUSED,
        PostingState.STALE,
        PostingState.GIVEN_UP,
    )


@pytest.mark.parametrize(
    ("since", "state"),
    [
        (timedelta(minutes=-5), PostingState.UNKNOWN),
        (timedelta(minutes=59), PostingState.UNKNOWN),
        (timedelta(days=3), PostingState.UNKNOWN),
        (timedelta(days=8), PostingState.INTENDED),
    ],
    ids=["before", "by a clock that is ahead", "sent again days later", "certainly new"],
)
async def test_after_a_restore_what_may_have_been_lost_with_the_records_begins_in_doubt(
    database: Database,
    cases: CaseRecords,
    arriving: Callable[..., Arrived],
    since: timedelta,
    state: PostingState,
) -> None:
    with database.write() as session:
        note(session, "ada", {}, T0)
    arrived = arriving("s1")
    assert arrived.signal is not None
    dated = replace(arrived, signal=replace(arrived.signal, time=T0 + since))
    received = await cases.receive(dated, Collected())
    ledger = PostingRecords(database, lambda: T0 + max(since, timedelta(minutes=1)))
    first = await ledger.intend(replace(NEW, case=str(received.case)))
    assert first.state is state
    again = await ledger.intend(replace(NEW, case=str(received.case)))
    assert again == first
    other = replace(NEW, key="1" * 32, case=str(received.case))
    _, mine = await ledger.intend_and_send(other)
    assert mine is (state is PostingState.INTENDED)

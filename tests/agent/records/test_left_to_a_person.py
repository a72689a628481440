"""A case that is left to a person is looked at again, or settled by hand; it swallows nothing."""

from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from agent.case.ruling import Answer, Role, Settlement
from agent.playbooks.playbook import Risk
from agent.records import byhand, purging
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.audit import entries_of
from agent.records.byhand import BY_HAND, ByHand, InDoubt, NotLeft
from agent.records.cases import CaseRecords, CaseStatus, How, Outcome, Pin, Trigger
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.postings import Mark, NewPosting, PostingRecords
from agent.records.settlements import settled_since
from agent.records.signal_names import case_id
from agent.records.states import PostingState
from agent.records.tables import NoticeRow
from agent.records.tracing import trace
from tools.sandbox.clock import OPENING as T0
from tools.sandbox.clock import SandboxClock

Arriving = Callable[..., Arrived]
Pinning = Callable[..., Pin]
Asked = Callable[..., Coroutine[Any, Any, str]]
Answering = Callable[..., Answered]

WHY = "This was not carried out: the CMMS is away."


@pytest.fixture
def ledger(database: Database, clock: SandboxClock) -> PostingRecords:
    return PostingRecords(database, clock.now)


@pytest.fixture
async def left(
    cases: CaseRecords, started: Collected, asked: Asked, answering: Answering, clock: SandboxClock
) -> str:
    """A case whose approved remedy could not be carried out, a minute ago."""
    case = await asked(cases, started)
    decision = (await cases.decide(answering(case), started)).decision.id
    await cases.settle(Outcome(case, Settlement.UNSETTLED, None, None, WHY, decision))
    await cases.end_turn(decision, started)
    clock.advance(60)
    return case


async def test_a_further_signal_has_the_case_planned_anew(
    cases: CaseRecords, started: Collected, arriving: Arriving, pinning: Pinning, left: str
) -> None:
    told = await cases.receive(arriving("s2"), started)
    assert (told.how, told.case) == (How.ATTACHED, left)
    turn = started.turns[-1]
    assert (turn.case, turn.trigger, turn.decision) == (left, Trigger.AGAIN, None)
    view = await _view(cases, left)
    assert (view.status, view.settlement, view.why) == (CaseStatus.OPEN, None, "")
    assert view.remedy_hash is None, "what was decided on before is not carried out unasked"
    await cases.receive(arriving("s3"), started)
    assert started.turns[-1] == turn, "it is looked at once for both"
    await cases.hear(left)
    await cases.pin(pinning(left, attempt=2))
    await cases.ask(left)
    await cases.end_turn(turn.id, started)
    pending = await cases.pending(left)
    assert pending is not None
    assert pending.pin.attempt == 2


async def test_it_takes_its_turn_behind_what_came_before(
    cases: CaseRecords, started: Collected, arriving: Arriving, left: str
) -> None:
    other = await cases.receive(arriving("v1", kind="production/consumption_variance"), started)
    await cases.receive(arriving("s2"), started)
    assert other.turn is not None
    following = await cases.end_turn(other.turn.id, started)
    assert following is not None
    assert (following.case, following.trigger) == (left, Trigger.AGAIN)


@pytest.mark.parametrize("state", [PostingState.GIVEN_UP, PostingState.UNKNOWN])
async def test_a_case_in_doubt_stays_with_the_person_who_is_told_once(
    cases: CaseRecords,
    database: Database,
    started: Collected,
    arriving: Arriving,
    clock: SandboxClock,
    left: str,
    state: PostingState,
) -> None:
    await _doubtful(PostingRecords(database, clock.now), left, state)
    turns = len(started.turns)
    for name in ("s2", "s3"):
        assert (await cases.receive(arriving(name), started)).case == left
        clock.advance(60)
    assert len(started.turns) == turns
    assert (await _view(cases, left)).status is CaseStatus.NEEDS_PERSON
    with database.read() as session:
        topics = session.scalars(select(col(NoticeRow.topic))).all()
    assert topics.count("reported_again") == 1


async def test_it_is_settled_by_hand_once_and_what_came_too_late_is_looked_at(
    cases: CaseRecords,
    ledger: PostingRecords,
    database: Database,
    started: Collected,
    arriving: Arriving,
    left: str,
) -> None:
    key = await _doubtful(ledger, left)
    await cases.receive(arriving("s2"), started)
    said = _by_hand(left, document="4900000012")
    with pytest.raises(InDoubt, match="of each posting"):
        await cases.settle_by_hand(said, started)
    await ledger.move(key, PostingState.GIVEN_UP, PostingState.INTENDED, Mark(who="ada"))
    assert await cases.settle_by_hand(said, started)
    assert not await cases.settle_by_hand(said, started)
    view = await _view(cases, left)
    assert (view.status, view.settlement) == (CaseStatus.SETTLED, Settlement.BY_PERSON)
    assert view.why == "told maintenance by telephone (4900000012)"
    assert started.turns[-1].case == case_id("/dm/1010", "s2")
    with database.read() as session:
        mine = [one for one in entries_of(session, left) if one.what == BY_HAND]
    assert [(one.who, one.details["document"]) for one in mine] == [("ada", "4900000012")]
    with pytest.raises(NotLeft, match="it is settled"):
        await cases.settle_by_hand(_by_hand(left, by="ben"), started)


async def test_what_was_posted_by_hand_leads_to_the_case_it_settled(
    cases: CaseRecords, database: Database, started: Collected, left: str
) -> None:
    await cases.settle_by_hand(_by_hand(left, document="4900000012/2026"), started)
    with database.read() as session:
        for named in ("4900000012", "4900000012/2026"):
            (found,) = trace(session, named)
            assert found.case.id == left
            assert found.outcome is not None
            assert found.outcome.document == "4900000012/2026"
        for other in ("490000001", "4900000012/2025", "49000000__", "%"):
            assert trace(session, other) == []


async def test_a_task_in_doubt_holds_nothing_up(
    cases: CaseRecords, ledger: PostingRecords, started: Collected, arriving: Arriving, left: str
) -> None:
    await _doubtful(ledger, left, hard=False)
    await cases.receive(arriving("s2"), started)
    assert started.turns[-1].trigger is Trigger.AGAIN


async def test_of_many_hands_at_once_one_settles_it(
    cases: CaseRecords, database: Database, started: Collected, arriving: Arriving, left: str
) -> None:
    def settle(name: str) -> bool:
        try:
            with database.write() as session:
                said = _by_hand(left, by=name)
                return byhand.settle_by_hand(session, said, lambda _: arriving("s"), started, T0)
        except NotLeft:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(settle, ["ada", "ben", "cem", "dora"])) == [
            False,
            False,
            False,
            True,
        ]


async def test_a_person_has_it_looked_at_again(
    cases: CaseRecords, ledger: PostingRecords, started: Collected, left: str
) -> None:
    key = await _doubtful(ledger, left)
    with pytest.raises(InDoubt):
        await cases.look_again(_by_hand(left), started)
    await ledger.move(key, PostingState.GIVEN_UP, PostingState.CONFIRMED, Mark(document="7"))
    turn = await cases.look_again(_by_hand(left), started)
    assert (turn.trigger, started.turns[-1]) == (Trigger.AGAIN, turn)
    with pytest.raises(NotLeft, match="it is open"):
        await cases.look_again(_by_hand(left), started)


async def test_what_was_settled_by_hand_is_let_go_of_in_time_and_counts_against_who_decided(
    cases: CaseRecords, ledger: PostingRecords, database: Database, started: Collected, left: str
) -> None:
    wanted = NewPosting("k1", left, "post_movement", 0, "erp", "1010", True, {}, None)
    await ledger.intend(wanted)
    later = T0 + timedelta(days=400)
    with database.read() as session:
        assert purging.due(session, "1010", later, 10) == []
    await cases.settle_by_hand(_by_hand(left), started)
    with database.read() as session:
        assert purging.due(session, "1010", later, 10) == [left]
        [lately] = settled_since(session, "1010", T0 - timedelta(days=1), _low)
    assert not lately.stood


async def test_a_question_that_was_answered_by_hand_stands(
    cases: CaseRecords, database: Database, started: Collected, asked: Asked, answering: Answering
) -> None:
    case = await asked(cases, started, settles=False)
    said = answering(case, answer=Answer.REJECT)
    decision = (await cases.decide(said, started)).decision.id
    settled = Outcome(case, Settlement.BY_PERSON, "materials/stock_deficit", None, "so", decision)
    await cases.settle(settled)
    with database.read() as session:
        [lately] = settled_since(session, "1010", T0 - timedelta(days=1), _low)
    assert lately.stood


async def _doubtful(
    ledger: PostingRecords,
    case: str,
    state: PostingState = PostingState.GIVEN_UP,
    hard: bool = True,
) -> str:
    """Let a posting of a case end in doubt."""
    wanted = NewPosting(f"k-{case}", case, "post_movement", 0, "erp", "1010", hard, {}, None)
    await ledger.intend(wanted)
    await ledger.send(wanted.key)
    await ledger.move(wanted.key, PostingState.SENDING, state)
    return wanted.key


def _by_hand(case: str, by: str = "ada", document: str | None = None) -> ByHand:
    return ByHand(case, by, Role.SUPERVISOR, "told maintenance by telephone", document)


async def _view(cases: CaseRecords, case: str) -> Any:
    return await cases.case(case)


def _low(_kind: str, _cause: str | None) -> Risk:
    return Risk.LOW

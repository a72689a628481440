"""What a case is told too late to be heard is looked at once it is settled."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from agent.case.ruling import Decision, Settlement
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, CaseStatus, How, Outcome, Pin, Trigger
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.signal_names import case_id
from tools.sandbox.clock import SandboxClock

Arriving = Callable[..., Arrived]
Pinning = Callable[..., Pin]
Asked = Callable[..., Coroutine[Any, Any, str]]
Answering = Callable[..., Answered]


@pytest.fixture
async def decided(
    cases: CaseRecords, started: Collected, asked: Asked, answering: Answering
) -> Decision:
    """A decision on a case, recorded but not carried out yet."""
    case = await asked(cases, started)
    return (await cases.decide(answering(case), started)).decision


async def test_what_is_told_after_the_decision_is_a_case_of_its_own_once_the_first_is_settled(
    cases: CaseRecords, started: Collected, arriving: Arriving, decided: Decision
) -> None:
    told = await cases.receive(arriving("s2"), started)
    assert (told.how, told.case) == (How.ATTACHED, decided.case)
    await _settled(cases, decided.case)
    following = await cases.end_turn(decided.id, started)
    assert following is not None
    assert (following.case, following) == (case_id("/dm/1010", "s2"), started.turns[-1])
    again = await cases.receive(arriving("s2"), started)
    assert (again.how, again.case) == (How.DUPLICATE, following.case)
    view = await cases.case(following.case)
    assert view is not None
    assert (view.status, view.conflict) == (CaseStatus.OPEN, arriving("s2").conflict)


async def test_what_is_told_before_the_decision_is_heard(
    cases: CaseRecords, started: Collected, asked: Asked, arriving: Arriving, answering: Answering
) -> None:
    case = await asked(cases, started)
    await cases.receive(arriving("s2"), started)
    decision = (await cases.decide(answering(case), started)).decision.id
    await _settled(cases, case)
    assert await cases.end_turn(decision, started) is None


async def test_what_is_told_before_the_facts_are_read_is_heard(
    cases: CaseRecords, started: Collected, arriving: Arriving, pinning: Pinning
) -> None:
    first = await cases.receive(arriving("s1"), started)
    assert first.case is not None
    assert first.turn is not None
    await cases.receive(arriving("s2"), started)
    view = await cases.case(first.case)
    assert view is not None
    assert view.unheard
    await cases.hear(first.case)
    await cases.pin(pinning(first.case))
    await _settled(cases, first.case, Settlement.NOT_A_CONFLICT)
    assert await cases.end_turn(first.turn.id, started) is None


async def test_what_is_told_after_the_facts_were_read_is_looked_at_though_nothing_was_posted(
    cases: CaseRecords, started: Collected, arriving: Arriving, pinning: Pinning
) -> None:
    first = await cases.receive(arriving("s1"), started)
    assert first.case is not None
    assert first.turn is not None
    await cases.pin(pinning(first.case))
    await cases.receive(arriving("s2"), started)
    await _settled(cases, first.case, Settlement.NOT_A_CONFLICT)
    following = await cases.end_turn(first.turn.id, started)
    assert following is not None
    assert following.case == case_id("/dm/1010", "s2")


async def test_of_many_told_too_late_one_is_a_case_and_the_rest_attach_to_it(
    cases: CaseRecords, started: Collected, asked: Asked, arriving: Arriving, answering: Answering
) -> None:
    case = await asked(cases, started)
    await cases.receive(arriving("heard"), started)
    decision = (await cases.decide(answering(case), started)).decision.id
    for name in ("s2", "s3", "s4"):
        await cases.receive(arriving(name), started)
    await _settled(cases, case)
    following = await cases.end_turn(decision, started)
    assert following is not None
    told = {name: await cases.receive(arriving(name), started) for name in ("heard", "s3", "s4")}
    assert {name: one.case for name, one in told.items()} == {
        "heard": case,
        "s3": following.case,
        "s4": following.case,
    }
    assert await cases.end_turn(decision, started) is None, "a turn ends once"
    await cases.hear(following.case)
    await _settled(cases, following.case)
    assert await cases.end_turn(following.id, started) is None


async def test_a_case_that_is_left_to_a_person_is_looked_at_again_for_what_it_was_told(
    cases: CaseRecords, started: Collected, arriving: Arriving, decided: Decision
) -> None:
    await cases.receive(arriving("s2"), started)
    await _settled(cases, decided.case, Settlement.UNSETTLED)
    following = await cases.end_turn(decided.id, started)
    assert following is not None
    assert (following.case, following.trigger) == (decided.case, Trigger.AGAIN)
    view = await cases.case(decided.case)
    assert view is not None
    assert (view.status, view.remedy_hash) == (CaseStatus.OPEN, None)
    again = await cases.receive(arriving("s2"), started)
    assert again.case == decided.case


async def test_what_nobody_understands_any_more_is_kept_as_a_dead_letter(
    database: Database,
    clock: SandboxClock,
    started: Collected,
    arriving: Arriving,
    decided: Decision,
) -> None:
    cases = CaseRecords(database, clock.now)
    await cases.receive(arriving("s2"), started)
    await _settled(cases, decided.case)
    assert await cases.end_turn(decided.id, started) is None
    (letter,) = await cases.dead_letters()
    assert (letter.source, letter.signal) == ("/dm/1010", "s2")


async def test_a_dead_letter_that_attaches_later_is_heard_as_late_as_it_comes(
    cases: CaseRecords, started: Collected, asked: Asked, arriving: Arriving, answering: Answering
) -> None:
    dead = await cases.receive(replace(arriving("s0"), refusal="There is no plant 1010."), started)
    assert dead.dead_letter is not None
    case = await asked(cases, started)
    decision = (await cases.decide(answering(case), started)).decision.id
    risen = await cases.replay(dead.dead_letter, "ada", lambda _: arriving("s0"), started)
    assert (risen.how, risen.case) == (How.ATTACHED, case)
    await _settled(cases, case)
    following = await cases.end_turn(decision, started)
    assert following is not None
    assert following.case == case_id("/dm/1010", "s0")


async def test_who_proposed_it_is_still_known(
    cases: CaseRecords,
    started: Collected,
    arriving: Arriving,
    pinning: Pinning,
    decided: Decision,
) -> None:
    """Or they could approve by themselves what four eyes are to see."""
    await cases.receive(replace(arriving("s2"), proposed_by="ada"), started)
    await _settled(cases, decided.case)
    following = await cases.end_turn(decided.id, started)
    assert following is not None
    await cases.pin(pinning(following.case))
    await cases.ask(following.case)
    pending = await cases.pending(following.case)
    assert pending is not None
    assert pending.proposed_by == "ada"


async def _settled(
    cases: CaseRecords, case: str, settlement: Settlement = Settlement.CORRECTED
) -> None:
    await cases.settle(Outcome(case, settlement, None, None))

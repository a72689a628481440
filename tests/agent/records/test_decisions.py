import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from agent.case.ruling import Answer, Role
from agent.records import decisions
from agent.records.answers import (
    AlreadyDecided,
    Answered,
    Decided,
    DecisionRefused,
    FourEyes,
    NotAsked,
    NothingToApprove,
    NotPermitted,
    RemedyChanged,
)
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, CaseStatus, NoSuchCase, Pin, Trigger
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.pages import Wish
from tools.sandbox.clock import OPENING as T0
from tools.sandbox.clock import SandboxClock

Arriving = Callable[..., Arrived]
Pinning = Callable[..., Pin]
Answering = Callable[..., Answered]
Asking = Callable[..., Coroutine[Any, Any, str]]


CHANGED = {"by": "ada", "role": "planner"}


async def test_a_rerun_takes_over_what_is_pinned(
    cases: CaseRecords,
    started: Collected,
    arriving: Arriving,
    pinning: Pinning,
) -> None:
    received = await cases.receive(arriving("s1"), started)
    first = await cases.pin(pinning(received.case or "", amount="4"))
    again = await cases.pin(pinning(received.case or "", amount="5"))
    assert again == first
    assert await cases.pinned(received.case or "") == first


async def test_nothing_is_pinned_for_a_case_that_is_not(
    cases: CaseRecords, pinning: Pinning
) -> None:
    with pytest.raises(NoSuchCase):
        await cases.pin(pinning("c-nobody"))


async def test_a_decision_is_recorded_and_starts_a_turn(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started)
    view = await cases.case(case)
    assert view is not None
    assert (view.status, view.waiting_for) == (CaseStatus.WAITING, Role.PLANNER)
    assert str(view.value) == "12345678901234567890.01 EUR"
    decided = await cases.decide(answering(case), started)
    assert decided.resume["decision"]["by"] == "ada"
    turn = started.turns[-1]
    assert (turn.trigger, turn.id, turn.decision) == (
        Trigger.DECISION,
        decided.decision.id,
        decided.decision.id,
    )
    assert await cases.decided(decided.decision.id) == decided
    view = await cases.case(case)
    assert view is not None
    assert (view.status, view.waiting_for) == (CaseStatus.ACTING, None)


async def test_asking_twice_is_asking_once(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started)
    assert await cases.ask(case) == f"d-{case}-1"
    await cases.decide(answering(case), started)
    await cases.ask(case)
    view = await cases.case(case)
    assert view is not None
    assert view.status is CaseStatus.ACTING


async def test_who_comes_second_is_told_who_was_first(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started)
    await cases.decide(answering(case), started)
    with pytest.raises(AlreadyDecided, match="ada decided this already") as refused:
        await cases.decide(answering(case, "bob", Answer.REJECT), started)
    assert (refused.value.by, refused.value.answer) == ("ada", Answer.APPROVE)
    assert len(started.turns) == 2


def test_of_two_decisions_at_the_same_instant_one_wins(
    database: Database,
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = asyncio.run(asked(cases, started))
    together, told = Barrier(2), list[Decided | DecisionRefused]()

    def decide(by: str, answer: Answer) -> None:
        together.wait(10)
        try:
            with database.write() as session:
                given = answering(case, by, answer)
                told.append(decisions.decide(session, given, started, T0))
        except DecisionRefused as refusal:
            told.append(refusal)

    both = [
        Thread(target=decide, args=("ada", Answer.APPROVE)),
        Thread(target=decide, args=("bob", Answer.REJECT)),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    (won,) = [one for one in told if isinstance(one, Decided)]
    (lost,) = [one for one in told if isinstance(one, AlreadyDecided)]
    assert lost.by == won.decision.by
    assert len(started.turns) == 2


async def test_a_decision_on_another_remedy_is_refused_with_the_difference(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
    pinning: Pinning,
) -> None:
    case = await asked(cases, started)
    await cases.pin(pinning(case, attempt=2, amount="5"))
    with pytest.raises(RemedyChanged) as refused:
        await cases.decide(answering(case, remedy_hash="hash-4"), started)
    assert refused.value.expected == "hash-5"
    assert refused.value.changes == ("hard.0.lines.0.quantity: 4 → 5",)
    with pytest.raises(NotAsked, match="worked out again"):
        await cases.decide(answering(case, remedy_hash="hash-5"), started)
    await cases.ask(case)
    decided = await cases.decide(answering(case, remedy_hash="hash-5"), started)
    assert decided.attempt == 2


async def test_a_hash_nobody_ever_proposed_is_refused(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started)
    with pytest.raises(RemedyChanged, match="not known"):
        await cases.decide(answering(case, remedy_hash="made up"), started)


async def test_nobody_decides_what_nobody_was_asked(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    arriving: Arriving,
) -> None:
    received = await cases.receive(arriving("s1"), started)
    with pytest.raises(NotAsked):
        await cases.decide(answering(received.case or ""), started)
    with pytest.raises(NotAsked):
        await cases.ask(received.case or "")
    with pytest.raises(NotAsked):
        await cases.snooze(received.case or "", T0, "ada", "later")


@pytest.mark.parametrize(
    ("asked_role", "role", "may"),
    [
        ("planner", Role.PLANNER, True),
        ("planner", Role.SUPERVISOR, True),
        ("supervisor", Role.PLANNER, False),
        ("controller", Role.CONTROLLER, True),
        ("controller", Role.SUPERVISOR, False),
        ("integrator", Role.INTEGRATOR, True),
        ("planner", Role.AUDITOR, False),
        ("planner", Role.AGENT, False),
        (None, Role.PLANNER, True),
    ],
)
async def test_the_role_that_was_asked_decides_or_one_above_it(
    asked_role: str | None,
    role: Role,
    may: bool,
    file: Database,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    cases = CaseRecords(file, SandboxClock().now)
    case = await asked(cases, started, ask=asked_role)
    if may:
        await cases.decide(answering(case, role=role), started)
        return
    with pytest.raises(NotPermitted):
        await cases.decide(answering(case, role=role), started)
    assert (await cases.pending(case)) is not None


@pytest.mark.parametrize("name", ["ada", " Ada "])
async def test_above_the_limit_nobody_approves_what_they_changed(
    name: str,
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started, four_eyes=True, changed=CHANGED)
    with pytest.raises(FourEyes):
        await cases.decide(answering(case, name), started)
    decided = await cases.decide(answering(case, "bob"), started)
    assert decided.decision.by == "bob"


async def test_above_the_limit_nobody_approves_what_they_proposed(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    arriving: Arriving,
    pinning: Pinning,
) -> None:
    received = await cases.receive(replace(arriving("s1"), proposed_by="ada"), started)
    case = received.case or ""
    await cases.pin(pinning(case, four_eyes=True))
    await cases.ask(case)
    with pytest.raises(FourEyes):
        await cases.decide(answering(case), started)


async def test_who_changed_a_remedy_may_still_reject_it(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started, four_eyes=True, changed=CHANGED)
    decided = await cases.decide(answering(case, answer=Answer.REJECT), started)
    assert decided.decision.answer is Answer.REJECT


async def test_below_the_limit_who_changed_it_decides(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started, changed=CHANGED)
    decided = await cases.decide(answering(case), started)
    assert await cases.decided(decided.decision.id) == decided
    assert (decided.decision.by, decided.decision.answer) == (CHANGED["by"], Answer.APPROVE)


async def test_a_question_has_no_remedy_to_approve(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started, settles=False)
    for answer in (Answer.APPROVE, Answer.CHANGE):
        with pytest.raises(NothingToApprove):
            await cases.decide(answering(case, answer=answer), started)
    await cases.decide(answering(case, answer=Answer.REJECT), started)


async def test_the_agent_decides_only_where_the_ruling_lets_it(
    cases: CaseRecords,
    started: Collected,
    arriving: Arriving,
    pinning: Pinning,
) -> None:
    received = await cases.receive(arriving("s1"), started)
    case = received.case or ""
    await cases.pin(pinning(case, verb="act", policy="plant.low_risk"))
    decided = await cases.decide_alone(case)
    assert (decided.decision.by, decided.decision.role) == ("concord", Role.AGENT)
    assert decided.decision.reason == "policy plant.low_risk"
    assert await cases.decide_alone(case) == decided
    await cases.pin(pinning(case, attempt=2))
    with pytest.raises(NotPermitted):
        await cases.decide_alone(case)


async def test_a_change_that_stands_is_its_author_s_decision(
    cases: CaseRecords,
    started: Collected,
    arriving: Arriving,
    pinning: Pinning,
) -> None:
    received = await cases.receive(arriving("s1"), started)
    await cases.pin(pinning(received.case or "", verb="act", changed=CHANGED))
    decided = await cases.decide_alone(received.case or "")
    assert (decided.decision.by, decided.decision.role) == ("ada", Role.PLANNER)


async def test_a_case_that_was_put_off_is_off_the_list_for_a_while(
    cases: CaseRecords,
    started: Collected,
    clock: SandboxClock,
    asked: Asking,
) -> None:
    case = await asked(cases, started)
    await cases.snooze(case, T0 + timedelta(hours=2), "ada", "stocktaking")
    early = Wish(CaseStatus.WAITING, plant="1010", awake_at=clock.advance(3600))
    assert (await cases.page(early)).lines == ()
    assert await cases.count(early) == {}
    late = replace(early, awake_at=clock.advance(3600))
    assert [line.id for line in (await cases.page(late)).lines] == [case]
    assert await cases.count(late) == await cases.count(Wish()) == {CaseStatus.WAITING: 1}


async def test_a_case_that_was_forwarded_waits_for_the_other_role(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    case = await asked(cases, started)
    await cases.forward(case, Role.CONTROLLER, "ada", "closed period", "carol")
    view = await cases.case(case)
    assert view is not None
    assert (view.waiting_for, view.person) == (Role.CONTROLLER, "carol")
    with pytest.raises(NotPermitted):
        await cases.decide(answering(case), started)
    await cases.decide(answering(case, "carol", role=Role.CONTROLLER), started)

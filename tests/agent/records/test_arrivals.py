from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from agent.arrival import take_in
from agent.case.conflict import Criticality
from agent.case.ruling import Settlement
from agent.records import arrivals, gates
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, CaseStatus, How, Outcome, Trigger, end_turn
from agent.records.database import Database
from agent.records.deadletters import NotLying
from agent.records.gates import Collected, NoSuchTurn
from agent.records.signal_names import case_id
from agent.records.states import LetterState, TurnState
from agent.records.tables import AuditRow, CaseRow, GateRow, InboxRow, TurnRow
from tools.sandbox.clock import OPENING as T0
from tools.sandbox.clock import SandboxClock

Arriving = Callable[..., Arrived]

VARIANCE = "production/consumption_variance"

OBJECT = "1010/order/1000012"


async def test_a_signal_opens_a_case_and_starts_its_turn(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    received = await cases.receive(arriving("s1"), started)
    assert received.how is How.NEW
    assert received.case == case_id("/dm/1010", "s1")
    assert started.turns == [received.turn]
    view = await cases.case(received.case or "")
    assert view is not None
    assert view.status is CaseStatus.OPEN
    assert view.signal == arriving("s1").signal
    assert view.conflict == arriving("s1").conflict


async def test_the_same_signal_twice_is_one_case(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    again = await cases.receive(arriving("s1"), started)
    assert (again.how, again.case) == (How.DUPLICATE, first.case)
    assert len(started.turns) == 1


async def test_a_signal_about_the_same_conflict_attaches(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    second = await cases.receive(arriving("s2"), started)
    assert (second.how, second.case) == (How.ATTACHED, first.case)
    assert len(started.turns) == 1


async def test_after_a_case_is_settled_a_signal_opens_another(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    assert first.case is not None
    assert first.turn is not None
    await cases.settle(Outcome(first.case, Settlement.CORRECTED, None, None))
    await cases.end_turn(first.turn.id, started)
    second = await cases.receive(arriving("s2"), started)
    assert second.how is How.NEW
    assert second.case != first.case


async def test_another_conflict_about_the_same_object_waits_at_the_gate(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    second = await cases.receive(arriving("s2", kind=VARIANCE), started)
    third = await cases.receive(arriving("s3", kind="other/kind"), started)
    assert [second.how, third.how] == [How.PARKED, How.PARKED]
    assert started.turns == [first.turn]
    assert first.turn is not None
    following = await cases.end_turn(first.turn.id, started)
    assert following is not None
    assert following.case == second.case
    assert [turn.sequence for turn in started.turns] == [1, 2]


async def test_an_urgent_signal_does_not_overtake_at_its_gate(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    await cases.receive(arriving("s2", kind=VARIANCE), started)
    urgent = arriving("s3", kind="other/kind", criticality=Criticality.URGENT)
    await cases.receive(urgent, started)
    assert first.turn is not None
    following = await cases.end_turn(first.turn.id, started)
    assert following is not None
    assert following.sequence == 2


async def test_ending_a_turn_twice_hands_the_gate_on_once(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    await cases.receive(arriving("s2", kind=VARIANCE), started)
    await cases.receive(arriving("s3", kind="other/kind"), started)
    assert first.turn is not None
    await cases.end_turn(first.turn.id, started)
    assert await cases.end_turn(first.turn.id, started) is None
    assert [turn.sequence for turn in started.turns] == [1, 2]
    assert [turn.sequence for turn in await cases.running()] == [2]


async def test_ending_a_turn_nobody_took_is_an_error(
    cases: CaseRecords, started: Collected
) -> None:
    with pytest.raises(NoSuchTurn):
        await cases.end_turn("s-nobody", started)


async def test_a_turn_that_failed_hands_the_gate_on_and_buries_its_case(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    second = await cases.receive(arriving("s2", kind=VARIANCE), started)
    assert first.turn is not None
    following = await cases.end_turn(first.turn.id, started, failed="it killed its worker 4 times")
    assert following is not None
    assert following.case == second.case
    view = await cases.case(first.case or "")
    assert view is not None
    assert view.status is CaseStatus.DEAD
    (letter,) = await cases.dead_letters()
    assert (letter.case, letter.reason) == (first.case, "it killed its worker 4 times")


async def test_a_dead_case_that_is_replayed_goes_to_the_end_of_the_line(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    first = await cases.receive(arriving("s1"), started)
    await cases.receive(arriving("s2", kind=VARIANCE), started)
    assert first.turn is not None
    await cases.end_turn(first.turn.id, started, failed="poison")
    (letter,) = await cases.dead_letters()
    replayed = await cases.replay(letter.id, "ada", lambda body: arriving("s1"), started)
    assert replayed.how is How.PARKED
    assert replayed.turn is not None
    assert (replayed.turn.trigger, replayed.turn.sequence) == (Trigger.REPLAY, 3)
    await cases.end_turn(started.turns[-1].id, started)
    assert started.turns[-1].id == replayed.turn.id
    with pytest.raises(NotLying, match="replayed by ada"):
        await cases.drop(letter.id, "ada", "no")


async def test_a_refused_signal_is_kept_with_its_reason(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    refused = replace(arriving("s1"), conflict=None, refusal="There is no plant 4711.")
    received = await cases.receive(refused, started)
    assert received.how is How.DEAD
    again = await cases.receive(refused, started)
    assert (again.how, again.dead_letter) == (How.DUPLICATE, received.dead_letter)
    (letter,) = await cases.dead_letters()
    assert (letter.signal, letter.reason) == ("s1", "There is no plant 4711.")
    assert letter.body == {"id": "s1"}
    assert started.turns == []


async def test_a_dead_signal_that_is_understood_now_becomes_a_case(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    refused = replace(arriving("s1"), conflict=None, refusal="There is no plant 1010.")
    received = await cases.receive(refused, started)
    assert received.dead_letter is not None
    replayed = await cases.replay(received.dead_letter, "ada", lambda body: refused, started)
    assert replayed.how is How.DEAD
    assert replayed.dead_letter not in {None, received.dead_letter}
    understood = await cases.replay(
        replayed.dead_letter or 0, "ada", lambda body: arriving(body["id"]), started
    )
    assert (understood.how, understood.case) == (How.NEW, case_id("/dm/1010", "s1"))
    assert await cases.dead_letters() == []
    assert len(await cases.dead_letters(LetterState.REPLAYED)) == 2


async def test_a_dead_signal_rises_however_many_died_after_it(
    cases: CaseRecords, database: Database, started: Collected, arriving: Arriving
) -> None:
    """As they do while the ERP is away: each is sent again once it is back."""
    dead = [replace(arriving(f"s{n}"), conflict=None, refusal="SAP is away") for n in range(202)]
    with database.write() as session:
        arrivals.receive_all(session, dead, started, T0)
    again = await take_in(arriving("s0"), cases, started)
    assert (again.how, again.case) == (How.NEW, case_id("/dm/1010", "s0"))


async def test_a_dead_letter_that_is_dropped_stays_on_record(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    received = await cases.receive(arriving("s1"), started)
    assert received.turn is not None
    await cases.end_turn(received.turn.id, started, failed="poison")
    (letter,) = await cases.dead_letters()
    await cases.drop(letter.id, "ada", "booked by hand")
    assert await cases.dead_letters() == []
    view = await cases.case(received.case or "")
    assert view is not None
    assert (view.status, view.settlement) == (CaseStatus.SETTLED, Settlement.BY_PERSON)
    with pytest.raises(NotLying, match="no dead letter 99"):
        await cases.drop(99, "ada", "")


async def test_a_signal_no_playbook_recognises_is_routed_to_a_person(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    received = await cases.receive(replace(arriving("s1"), conflict=None), started)
    assert received.how is How.NEW
    view = await cases.case(received.case or "")
    assert view is not None
    assert (view.kind, view.conflict) == (None, None)


@pytest.mark.parametrize("order", ["9" * 3000, "a\x00b", "1 "])
async def test_an_object_whose_name_is_none_is_refused(
    order: str, cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    received = await cases.receive(arriving("s1", order=order), started)
    assert received.how is How.DEAD


async def test_a_name_beyond_reason_is_still_recognised(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    name = "\ud800" + "x" * 2_000_000
    first = await cases.receive(arriving(name), started)
    again = await cases.receive(arriving(name), started)
    other = await cases.receive(arriving(name + "y"), started)
    assert (first.how, again.how, other.how) == (How.NEW, How.DUPLICATE, How.ATTACHED)


async def test_a_case_is_woken_once_however_often_it_is_asked(
    cases: CaseRecords, started: Collected, arriving: Arriving
) -> None:
    received = await cases.receive(arriving("s1"), started)
    assert received.case is not None
    first = await cases.wake(received.case, started)
    again = await cases.wake(received.case, started)
    assert first == again
    assert (first.trigger, first.state) == (Trigger.WAKE, TurnState.PARKED)


async def test_what_cannot_be_started_has_not_arrived(
    cases: CaseRecords, database: Database, arriving: Arriving
) -> None:
    def broken(session: object, turns: object) -> None:
        raise ConnectionError("no queue")

    with pytest.raises(ConnectionError):
        await cases.receive(arriving("s1"), broken)
    with database.read() as session:
        for table in (InboxRow, CaseRow, TurnRow, GateRow, AuditRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_signals_for_one_object_from_eight_threads_keep_one_line(
    database: Database, clock: SandboxClock, arriving: Arriving
) -> None:
    """Sequences without gaps, one holder at any time, each turn started once, in order."""
    started = Collected()

    def arrive(number: int) -> None:
        with database.write() as session:
            signal = arriving(f"s{number}", kind=f"kind/{number}")
            arrivals.receive(session, signal, started, T0)
        with database.write() as session:
            for turn in gates.running(session):
                end_turn(session, turn.id, started, clock.now())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(arrive, range(40)))
    with database.write() as session:
        while holding := gates.running(session):
            assert len(holding) == 1
            end_turn(session, holding[0].id, started, T0)
    with database.read() as session:
        sequences = select(col(TurnRow.sequence)).order_by(col(TurnRow.sequence))
        assert list(session.scalars(sequences)) == list(range(1, 41))
        assert session.get_one(GateRow, OBJECT).holder is None
        audited = select(col(AuditRow.sequence)).order_by(col(AuditRow.sequence))
        assert list(session.scalars(audited)) == list(range(1, 81))
    assert [turn.sequence for turn in started.turns] == list(range(1, 41))

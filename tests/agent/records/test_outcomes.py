from collections.abc import Callable, Coroutine
from typing import Any

from agent.case.ruling import Answer, Settlement
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, CaseStatus, Outcome, Pin, Tally
from agent.records.database import Database
from agent.records.figures import figures
from agent.records.gates import Collected
from agent.records.pages import Wish
from agent.records.remedies import difference
from tools.sandbox.clock import SandboxClock

Arriving = Callable[..., Arrived]
Answering = Callable[..., Answered]
Asking = Callable[..., Coroutine[Any, Any, str]]
DEFICIT = "materials/stock_deficit"
VARIANCE = "production/consumption_variance"


async def test_rejected_remedies_count_against_their_cause(
    cases: CaseRecords,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> None:
    for number, answer in enumerate((Answer.APPROVE, Answer.REJECT, Answer.REJECT)):
        case = await asked(cases, started, f"s{number}")
        await cases.decide(answering(case, answer=answer), started)
        await cases.settle(Outcome(case, Settlement.REJECTED, DEFICIT, "late_receipt"))
        await cases.end_turn(started.turns[-1].id, started)
    await asked(cases, started, "nobody has answered yet")
    assert await cases.rejections(DEFICIT) == {"late_receipt": Tally(3, 2)}
    assert await cases.rejections(VARIANCE) == {}


async def test_what_is_settled_stays_settled(
    cases: CaseRecords, started: Collected, asked: Asking
) -> None:
    case = await asked(cases, started)
    unsettled = Outcome(case, Settlement.UNSETTLED, DEFICIT, "late_receipt", "unknown posting")
    await cases.settle(unsettled)
    await cases.settle(unsettled)
    view = await cases.case(case)
    assert view is not None
    assert (view.status, view.why) == (CaseStatus.NEEDS_PERSON, "unknown posting")
    assert await cases.pending(case) is None
    corrected = Outcome(case, Settlement.CORRECTED, DEFICIT, "late_receipt")
    await cases.settle(corrected)
    await cases.settle(unsettled)
    assert await cases.outcome(case) == corrected


async def test_pages_list_the_urgent_first_and_then_the_oldest(
    cases: CaseRecords, started: Collected, clock: SandboxClock, arriving: Arriving
) -> None:
    names = list[str | None]()
    for number in range(5):
        clock.advance(60)
        received = await cases.receive(arriving(f"s{number}", order=str(number)), started)
        names.append(received.case)
    seen, after = list[str | None](), None
    while True:
        page = await cases.page(Wish(status=CaseStatus.OPEN, plant="1010"), after, limit=2)
        seen += [line.id for line in page.lines]
        after = page.after
        if after is None:
            break
    assert seen == names
    assert await cases.count(Wish()) == {CaseStatus.OPEN: 5}
    assert (await cases.page(Wish(kind=VARIANCE))).lines == ()


def test_a_difference_names_what_is_gone_and_what_is_new() -> None:
    before = {"cause": "a", "settles": True, "hard": [{"kind": "x", "lot": None}]}
    after = {"cause": "b", "settles": True, "hard": [{"kind": "x"}, {"kind": "y"}]}
    assert difference(before, after) == ("cause: a → b", "hard.1.kind: nothing → y")


async def test_the_overview_counts_what_a_reader_sees_and_who_settled_it(
    database: Database,
    cases: CaseRecords,
    started: Collected,
    clock: SandboxClock,
    arriving: Arriving,
    pinning: Callable[..., Pin],
) -> None:
    for number, verb in enumerate(("act", "ask")):
        received = await cases.receive(arriving(f"s{number}", order=str(number)), started)
        case = received.case or ""
        await cases.pin(pinning(case, verb=verb))
        decided = await (cases.decide_alone if verb == "act" else cases.ask)(case)
        decision = decided if isinstance(decided, str) else decided.decision.id
        outcome = Outcome(case, Settlement.CORRECTED, DEFICIT, "late_receipt", "", decision)
        await cases.settle(outcome)
    await cases.receive(arriving("s3", order="3", plant="1710"), started)
    clock.advance(2 * 3600)
    await cases.receive(arriving("s4", order="4", kind=VARIANCE, plant="1710"), started)
    with database.read() as session:
        own = figures(session, clock.now(), frozenset({"1710"}))
        everything = figures(session, clock.now(), None)
    assert own.backlog == {"1710": {CaseStatus.OPEN: 2}}
    assert own.kinds == {DEFICIT: 1, VARIANCE: 1}
    assert own.ages == (1, 1, 0, 0, 0)
    assert not any(day.alone or day.otherwise for day in own.days)
    today = everything.days[-1]
    assert (today.alone, today.otherwise) == (1, 1)
    assert everything.decisions.alone == 1

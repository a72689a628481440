from collections.abc import Callable, Coroutine
from typing import Any

from agent.case.ruling import Answer, Settlement
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, CaseStatus, Outcome, Tally
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

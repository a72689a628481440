"""The checker of chaos: what was posted as it should be passes, and each kind of wrong is seen."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.records.audit import entries_of
from agent.records.cases import CaseStatus
from benchmarks.chaos.checking import Found
from benchmarks.chaos.doubt import in_doubt
from tests.agent.dispatch.deficits import Answer, decide
from tests.agent.kill.posted import PARTS, Stage, again, move, stage
from tests.agent.operations.years import at_rest, deficits, told, working, years
from tools.sandbox.faults import Fault, FaultKind

NOTHING: dict[str, list[str]] = {
    "duplicates": [],
    "missing": [],
    "order_violations": [],
    "unauthorised": [],
}

NO_DOUBT, DOUBT = frozenset[str](), frozenset({"k"})

Planting = Callable[[Stage], Awaitable[None]]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncGenerator[Stage]:
    async with stage(tmp_path) as one:
        yield one


async def test_what_was_settled_as_it_should_be_is_not_wrong(here: Stage) -> None:
    small, few = here.deficit(20)
    large, many = here.deficit(100, part=1)
    late, more = here.deficit(90, part=2)
    await here.settle(small, few, 15)
    asked = here.shown(late, 1, move(more, 85), again(more))
    other = here.shown(large, 1, move(many, 95), again(many))
    here.say(late, asked, taken=False)
    here.say(late, asked)
    here.say(large, other)
    await here.settle(late, more, 85)
    await here.settle(large, many, 95)
    assert _wrong(here.found()) == NOTHING
    assert here.found().effects == 9


async def _nobody_was_asked(here: Stage) -> None:
    case, one = here.deficit(100)
    await here.settle(case, one, 95)


async def _the_approval_was_refused(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 95), again(one)), taken=False)
    await here.settle(case, one, 95)


async def _it_was_posted_before_the_approval(here: Stage) -> None:
    case, one = here.deficit(100)
    shown = here.shown(case, 1, move(one, 95), again(one))
    await here.settle(case, one, 95)
    here.say(case, shown)


async def _less_was_shown_than_was_posted(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 94), again(one)))
    await here.settle(case, one, 95)


async def _another_material_was_shown(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 95, PARTS[1].material), again(one)))
    await here.settle(case, one, 95)


async def _another_message_was_shown(here: Stage) -> None:
    case, one = here.deficit(100)
    _, other = here.deficit(10, part=1)
    here.say(case, here.shown(case, 1, move(one, 95), again(other)))
    await here.settle(case, one, 95)


async def _the_second_attempt_was_never_approved(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 40), again(one)))
    await here.post(case, move(one, 40))
    here.shown(case, 2, move(one, 55), again(one))
    await here.post(case, move(one, 55), again(one))


async def _nor_was_it_shown(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 40), again(one)))
    await here.post(case, move(one, 40), move(one, 55), again(one))


async def _the_second_attempt_does_the_same_once_more(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 95), again(one)))
    await here.post(case, move(one, 95))
    here.shown(case, 2, again(one))
    await here.post(case, again(one))


async def _it_was_posted_twice_under_two_marks(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 95), again(one)))
    await here.post(case, move(one, 95))
    await here.post(case, move(one, 95), ordinal=1)


async def _it_was_rejected(here: Stage) -> None:
    case, one = here.deficit(100)
    here.say(case, here.shown(case, 1, move(one, 95), again(one)), "reject")
    await here.settle(case, one, 95)


async def _it_is_no_case(here: Stage) -> None:
    _, one = here.deficit(20)
    await here.settle("c-of-nobody", one, 15)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (_nobody_was_asked, "nobody approved to move 95"),
        (_the_approval_was_refused, "nobody approved to move 95"),
        (_it_was_posted_before_the_approval, "nobody approved to move 95"),
        (_less_was_shown_than_was_posted, "nobody approved to move 95"),
        (_another_material_was_shown, "nobody approved to move 95"),
        (_another_message_was_shown, "nobody approved to send message"),
        (_the_second_attempt_was_never_approved, "nobody approved to move 55"),
        (_nor_was_it_shown, "nobody approved to move 55"),
        (_the_second_attempt_does_the_same_once_more, "nobody approved to send message"),
        (_it_was_posted_twice_under_two_marks, "nobody approved to move 95"),
        (_it_was_rejected, "wrote though it was rejected"),
        (_it_is_no_case, "which is no case"),
    ],
)
async def test_what_was_posted_without_leave_is_seen(
    here: Stage, planted: Planting, said: str
) -> None:
    await planted(here)
    found = here.found().unauthorised
    assert found
    assert any(said in one for one in found), found


async def test_what_is_posted_twice_is_seen_by_its_mark_and_by_what_lies_at_the_line(
    here: Stage,
) -> None:
    case, one = here.deficit(20)
    await here.settle(case, one, 15)
    await here.post(case, move(one, 15))
    assert [line.split(" with ")[0] for line in here.found().duplicates] == [
        "create A_MaterialDocumentHeader",
        f"{one.part.material}: 15.000 lie at the line, 0 should",
    ]


async def test_what_was_never_issued_is_missing_unless_somebody_rejected_it_or_nobody_knows(
    here: Stage,
) -> None:
    lost, _ = here.deficit(20)
    turned_down, one = here.deficit(100, part=1)
    doubtful, other = here.deficit(30, part=2)
    here.say(turned_down, here.shown(turned_down, 1, move(one, 95), again(one)), "reject")
    await here.post(doubtful, move(other, 25))
    assert [line.split()[2] for line in here.found().missing] == [f"({lost})", f"({doubtful})"]
    assert here.found().duplicates != []
    here.left_in_doubt(doubtful)
    assert [line.split()[2] for line in here.found().missing] == [f"({lost})"]
    assert here.found().duplicates == []


async def test_what_nobody_knows_of_one_case_excuses_no_more_than_that_case_moved(
    here: Stage,
) -> None:
    doubtful, one = here.deficit(30)
    settled, other = here.deficit(30, part=1)
    same, third = here.deficit(20)
    await here.post(doubtful, move(one, 25))
    here.left_in_doubt(doubtful)
    await here.post(settled, move(other, 25), again(other), move(other, 3))
    await here.post(same, move(third, 20), again(third))
    materials = [line.split(":")[0] for line in here.found().duplicates]
    assert sorted(materials) == [one.part.material, other.part.material]


async def test_what_came_later_may_not_be_posted_earlier(here: Stage) -> None:
    (first, one), (second, other) = here.deficit(20), here.deficit(20, part=1)
    await here.settle(second, other, 15)
    await here.settle(first, one, 15)
    assert here.found().order_violations == [f"order {one.part.order}: {second} before {first}"]


async def test_a_case_heard_of_by_what_attached_to_it_may_have_been_set_going_before(
    here: Stage,
) -> None:
    (_, one), (second, other) = here.deficit(20), here.deficit(20, part=1)
    [heard] = here.told.accepted[other.number]
    attached = {other.number: [replace(heard, opened=False)]}
    here.told = replace(here.told, accepted={**here.told.accepted, **attached})
    await here.settle(second, other, 15)
    await here.settle("c-0", one, 15)
    assert here.found().order_violations == []


async def test_what_two_cases_post_for_one_order_does_not_alternate(here: Stage) -> None:
    (first, one), (second, other) = here.deficit(20), here.deficit(20, part=1)
    await here.post(first, move(one, 15))
    await here.settle(second, other, 15)
    await here.post(first, again(one))
    between = f"order {one.part.order}: {second} between what {first} posted"
    assert here.found().order_violations == [between]


async def test_what_people_decide_is_posted_in_the_order_in_which_they_did(here: Stage) -> None:
    (first, one), (second, other) = here.deficit(100), here.deficit(100, part=1)
    here.say(second, here.shown(second, 1, move(other, 95), again(other)))
    here.say(first, here.shown(first, 1, move(one, 95), again(one)))
    await here.settle(first, one, 95)
    await here.settle(second, other, 95)
    assert here.found().order_violations == [
        f"order {one.part.order}: {first}, attempt 1, before {second}, attempt 1,"
    ]


@pytest.mark.parametrize("ended_first", [True, False])
async def test_what_was_decided_before_the_turn_that_asked_had_ended_may_be_posted_in_it(
    here: Stage, ended_first: bool
) -> None:
    (first, one), (second, other) = here.deficit(100), here.deficit(20, part=1)
    asked = {"what": "decision asked", "at": here.passed().isoformat(), "details": {"attempt": 1}}
    shown = here.shown(first, 1, move(one, 95), again(one))
    before = here.passed()
    here.say(first, shown)
    ended = before if ended_first else here.passed()
    here.told_by_the_api(first, asked, {"what": "turn ended", "at": ended.isoformat()})
    await here.settle(first, one, 95)
    await here.settle(second, other, 15)
    overtook = f"order {one.part.order}: {first}, attempt 1, before {second}"
    assert here.found().order_violations == [overtook] * ended_first


async def test_orders_do_not_wait_for_each_other(here: Stage) -> None:
    (first, one), (second, other) = here.deficit(20), here.deficit(20, part=4)
    assert one.part.order != other.part.order
    await here.settle(second, other, 15)
    await here.settle(first, one, 15)
    assert here.found().order_violations == []


async def test_only_a_posting_nobody_knows_of_is_a_doubt_and_no_word_of_a_person(
    tmp_path: Path,
) -> None:
    here = years(tmp_path)

    async def passing(seconds: float) -> None:
        here.world.clock.advance(seconds)
        await asyncio.sleep(0)

    here.wires = replace(here.wires, sleep=passing)
    async with here.concord() as running, working(running):
        lost, rejected = await deficits(running, here.world, 2)
        never = Fault(FaultKind.DROP_BEFORE_COMMIT, method="WRITE", path="A_MaterialDocument")
        cases = [await told(running, one) for one in (lost, rejected)]
        for case in cases:
            assert await at_rest(running, case) is CaseStatus.WAITING
        here.world.faults.add(never)
        enqueuer = running.enqueuer()
        for case, answer in zip(cases, (Answer.APPROVE, Answer.REJECT), strict=True):
            await decide(running, case, answer, "clara", enqueuer.enqueue, "not known to us")
            assert await at_rest(running, case) is not CaseStatus.WAITING
        enqueuer.close()
        with running.database.read() as session:
            lines = [[link.plain() for link in entries_of(session, case)] for case in cases]
    doubts = [in_doubt(line) for line in lines]
    assert [len(one) for one in doubts] == [1, 0]


@pytest.mark.parametrize(
    ("stood", "settlement", "doubts"),
    [
        (["intended", "sending", "unknown", "given_up"], "unsettled", DOUBT),
        (["intended", "sending", "unknown"], "unsettled", DOUBT),
        (["intended", "sending", "unknown", "confirmed"], "unsettled", NO_DOUBT),
        (["intended", "sending", "refused"], "unsettled", NO_DOUBT),
        (["intended", "sending", "unknown"], "corrected", NO_DOUBT),
    ],
)
def test_what_counts_is_where_a_posting_stood_when_its_case_was_left(
    stood: list[str], settlement: str, doubts: frozenset[str]
) -> None:
    left = {"what": "case settled", "details": {"settlement": settlement, "why": "is it known?"}}
    line = [{"what": f"posting {each}", "details": {"key": "k"}} for each in stood]
    after = {"what": "posting confirmed", "details": {"key": "k"}}
    assert in_doubt([*line, left, after]) == doubts
    assert in_doubt(line) == NO_DOUBT


def _wrong(found: Found) -> dict[str, list[str]]:
    return {kind: getattr(found, kind) for kind in NOTHING}

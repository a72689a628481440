"""A turn of a case goes on from its thread and its records, wherever the one before broke off."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from langchain_core.runnables import RunnableConfig

from agent.advance import Advance, Rest, told
from agent.arrival import arrive
from agent.bootstrap import rereading
from agent.case.ruling import Answer, Role, Settlement
from agent.case.text import Text
from agent.graph import build
from agent.plain import load
from agent.records.answers import Answered, NotPermitted
from agent.records.cases import CaseRecords, CaseStatus, Outcome, Received
from agent.records.gates import Collected
from tests.agent.desk import NO_TURN, Desk, Unwell, a_case
from tests.agent.dispatch.deficits import (
    LEFT,
    corrected_once,
    set_line,
    wires_of,
)
from tools.objects.sync import SyncState
from tools.sandbox.app import plant_doors
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server


class Interrupted(CaseRecords):
    """Records that let something happen just before a case is settled."""

    meanwhile: Callable[[], Awaitable[object]]

    async def settle(self, outcome: Outcome, at: datetime | None = None) -> None:
        await self.meanwhile()
        await super().settle(outcome, at)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_case(tmp_path) as desk:
        yield desk


async def test_a_question_is_asked_and_its_answer_carried_out(desk: Desk) -> None:
    assert (await desk.turn()).rest is Rest.WAITING
    assert await desk.postings() == 0
    assert (await desk.turn(await desk.decide())).rest is Rest.DONE
    assert await desk.status() is CaseStatus.SETTLED
    _deliver(desk)
    assert corrected_once(desk.world, desk.deficit)


async def test_a_settled_case_leaves_no_thread_behind(desk: Desk) -> None:
    await desk.turn()
    await desk.turn(await desk.decide())
    config = RunnableConfig(configurable={"thread_id": desk.case})
    assert await desk.saver.aget_tuple(config) is None


async def test_a_turn_for_a_settled_case_changes_nothing(desk: Desk) -> None:
    await desk.turn()
    decision = await desk.decide()
    await desk.turn(decision)
    writes = len(desk.world.journal.entries)
    assert (await desk.turn(decision)).rest is Rest.DONE
    assert (await desk.turn()).rest is Rest.DONE
    assert len(desk.world.journal.entries) == writes


async def test_a_plan_that_is_run_again_asks_once(desk: Desk) -> None:
    await desk.turn()
    before = await desk.machinery.records.pending(desk.case)
    desk.lose_thread()
    assert (await desk.turn()).rest is Rest.WAITING
    after = await desk.machinery.records.pending(desk.case)
    assert (before and before.id) == (after and after.id)
    assert after is not None
    assert after.pin.attempt == 1


async def test_an_approval_finds_its_question_without_the_thread(desk: Desk) -> None:
    await desk.turn()
    decision = await desk.decide()
    desk.lose_thread()
    assert (await desk.turn(decision)).rest is Rest.DONE
    _deliver(desk)
    assert corrected_once(desk.world, desk.deficit)


@pytest.mark.parametrize("lose", [False, True])
async def test_facts_that_moved_are_asked_about_again(desk: Desk, lose: bool) -> None:
    await desk.turn()
    decision = await desk.decide()
    set_line(desk.world, desk.deficit, Decimal(3))
    if lose:
        desk.lose_thread()
    assert (await desk.turn(decision)).rest is Rest.WAITING
    assert (await desk.postings(), await desk.status()) == (0, CaseStatus.WAITING)
    # The same turn once more, as if it had died before it was recorded.
    if lose:
        desk.lose_thread()
    assert (await desk.turn(decision)).rest is Rest.WAITING
    assert await desk.postings() == 0
    await desk.turn(await desk.decide())
    _deliver(desk)
    assert corrected_once(desk.world, desk.deficit, Decimal(3))


async def test_an_answer_is_not_for_a_later_question_about_the_same_remedy(desk: Desk) -> None:
    await desk.turn()
    decision = await desk.decide()
    first = await desk.machinery.records.pinned(desk.case)
    assert first is not None
    # Another attempt came back to the same actions, and has to be asked about by itself.
    await desk.machinery.records.pin(replace(first, attempt=2))
    desk.lose_thread()
    assert (await desk.turn(decision)).rest is Rest.WAITING
    assert await desk.postings() == 0


async def test_a_decision_whose_turn_died_is_carried_out_by_the_next_one(desk: Desk) -> None:
    await desk.turn()
    await desk.decide()
    await desk.machinery.records.end_turn(f"s-{desk.case}", NO_TURN, "its worker died")
    assert (await desk.turn()).rest is Rest.DONE
    assert await desk.postings() == 0
    [letter] = await desk.machinery.records.dead_letters()
    await desk.machinery.records.replay(letter.id, "ina", lambda body: body, NO_TURN)
    assert (await desk.turn()).rest is Rest.DONE
    _deliver(desk)
    assert corrected_once(desk.world, desk.deficit)


async def test_what_is_reported_again_is_asked_anew_and_not_posted_unasked(desk: Desk) -> None:
    records, started = desk.machinery.records, Collected()
    await desk.turn()
    decision = await desk.decide()
    await records.settle(Outcome(desk.case, Settlement.UNSETTLED, None, None, "away", decision))
    await records.end_turn(f"s-{desk.case}", NO_TURN)
    await records.end_turn(decision, NO_TURN)
    await arrive(desk.deficit.told_again("again"), desk.machinery, started)
    assert [turn.case for turn in started.turns] == [desk.case]
    for _ in range(2):
        assert (await desk.turn()).rest is Rest.WAITING
        desk.lose_thread()
    assert (await desk.postings(), await desk.status()) == (0, CaseStatus.WAITING)
    await desk.turn(await desk.decide())
    _deliver(desk)
    assert corrected_once(desk.world, desk.deficit)
    await records.end_turn(started.turns[-1].id, started)
    assert {turn.case for turn in started.turns} == {desk.case}, "it heard what it was told"


async def test_a_changed_quantity_stands_with_the_person_who_changed_it(desk: Desk) -> None:
    await desk.turn()
    wanted = desk.deficit.wanted - LEFT
    unit = (await _quantity(desk))["unit"]
    quantities = {"0": {"amount": str(wanted + 1), "unit": unit}}
    decision = await desk.decide(Answer.CHANGE, quantities=quantities)
    desk.lose_thread()
    await desk.turn(decision)
    records = desk.machinery.records
    pin = await records.pinned(desk.case)
    assert pin is not None
    assert (pin.attempt, pin.changed) == (2, {"by": "anna", "role": "controller"})
    [change, approval] = await _decisions(desk)
    assert (change.by, approval.by, approval.role) == ("anna", "anna", Role.CONTROLLER)
    assert await desk.status() is CaseStatus.SETTLED


async def test_a_number_somebody_puts_in_is_ruled_by_what_it_moves(desk: Desk) -> None:
    await desk.turn()
    unit = (await _quantity(desk))["unit"]
    changed = {"0": {"amount": "1000000", "unit": unit}}
    decision = await desk.decide(Answer.CHANGE, Role.PLANNER, quantities=changed)
    assert (await desk.turn(decision)).rest is Rest.WAITING
    pending = await desk.machinery.records.pending(desk.case)
    assert pending is not None
    assert (pending.asked, pending.pin.ruling["four_eyes"]) == (Role.CONTROLLER, True)
    assert "1000000" in str(load(Text, pending.pin.plan["summary"]))
    assert await desk.postings() == 0


async def test_the_change_survives_a_lost_thread(desk: Desk) -> None:
    await desk.turn()
    unit = (await _quantity(desk))["unit"]
    changed = {"0": {"amount": str(desk.deficit.wanted - LEFT + 1), "unit": unit}}
    decision = await desk.decide(Answer.CHANGE, quantities=changed)
    seen = list[dict[str, Any]]()

    async def stop_after_the_first(burst: Any) -> dict[str, Any]:
        if seen:
            return told(Rest.LATER)
        seen.append(await burst())
        return seen[-1]

    context = desk.machinery.context
    advance = Advance(build(desk.saver), desk.saver, context)
    await advance.turn(desk.case, decision, stop_after_the_first)
    assert seen[0]["decision"] is not None
    desk.lose_thread()
    assert (await desk.turn(seen[0]["decision"])).rest is Rest.DONE
    assert await desk.status() is CaseStatus.SETTLED
    pin = await desk.machinery.records.pinned(desk.case)
    assert pin is not None
    assert pin.attempt == 2


async def test_a_refusal_told_while_its_case_is_being_settled_is_a_case_of_its_own(
    desk: Desk,
) -> None:
    """The message was sent again and refused anew, before the case that sent it had ended."""
    machinery, world = desk.machinery, desk.world
    context, wires, started = machinery.context, wires_of(world), Collected()
    reread = rereading(context.catalog, context.plants, wires)
    records = Interrupted(machinery.database, wires.clock, reread=reread)

    async def refused_anew() -> Received:
        set_line(world, desk.deficit, Decimal(0))  # another order was faster
        _deliver(desk)
        return await arrive(desk.deficit.told_again("refused anew"), machinery, started)

    records.meanwhile = refused_anew
    await desk.turn()
    decision = await desk.decide()
    advance = Advance(build(desk.saver), desk.saver, replace(context, records=records))
    assert (await advance.turn(desk.case, decision)).rest is Rest.DONE
    assert await desk.status() is CaseStatus.SETTLED
    assert started.turns == []
    await records.end_turn(f"s-{desk.case}", started)
    await records.end_turn(decision, started)
    desk.case = started.turns[-1].case
    assert (await desk.turn()).rest is Rest.WAITING
    await desk.turn(await desk.decide())
    _deliver(desk)
    message = world.dm.messages[desk.deficit.message]
    assert (message.state, message.attempts) == (SyncState.SUCCEEDED, 3)


async def test_a_person_who_may_not_decide_is_refused(desk: Desk) -> None:
    await desk.turn()
    pending = await desk.machinery.records.pending(desk.case)
    assert pending is not None
    answered = Answered(
        desk.case, Answer.APPROVE, "otto", Role.AUDITOR, pending.pin.remedy_hash, "why not"
    )
    with pytest.raises(NotPermitted):
        await desk.machinery.records.decide(answered, NO_TURN)
    assert await desk.status() is CaseStatus.WAITING


async def test_a_system_that_is_down_is_asked_again_later(desk: Desk) -> None:
    desk.world.faults.add(Fault(FaultKind.HTTP_503, Server.S4, method="READ", seconds=120))
    rested = await desk.turn()
    assert rested.rest is Rest.LATER
    assert rested.after_seconds >= 1
    assert "S/4HANA" in rested.why
    desk.world.faults.clear()


async def test_a_password_that_ran_out_is_waited_for_and_buries_no_case(desk: Desk) -> None:
    desk.world.faults.add(Fault(FaultKind.STALE_TOKEN, Server.DM))
    rested = await desk.turn()
    assert rested.rest is Rest.LATER
    assert "credentials" in rested.why
    desk.world.faults.clear()
    assert (await desk.turn()).rest is Rest.WAITING


async def test_an_answer_that_cannot_be_read_is_no_reason_to_give_a_case_up(desk: Desk) -> None:
    desk.world.faults.add(Fault(FaultKind.HTML_PAGE, Server.S4, method="READ", count=1))
    assert (await desk.turn()).rest is Rest.AGAIN
    assert (await desk.turn()).rest is Rest.WAITING


async def test_a_process_that_only_reads_may_meet_a_lock_and_is_asked_later(desk: Desk) -> None:
    desk.world.faults.add(Fault(FaultKind.LOCK, Server.DM, method="WRITE", seconds=0, count=1))
    assert (await desk.turn()).rest is Rest.LATER
    assert (await desk.turn()).rest is Rest.WAITING


async def test_whoever_is_written_to_sees_for_which_case(desk: Desk) -> None:
    await desk.turn()
    await desk.turn(await desk.decide())
    written = [entry.correlation for entry in desk.world.journal.committed(Server.S4)]
    assert desk.case in written


async def test_a_plan_that_stopped_midway_is_planned_anew(desk: Desk) -> None:
    desk.judge = Unwell(desk.machinery.context.reasoner)
    assert (await desk.turn()).rest is Rest.LATER
    assert (await desk.turn()).rest is Rest.WAITING
    assert desk.judge.asked == 2


async def test_a_decision_whose_turn_stopped_midway_is_not_given_to_the_next_question(
    desk: Desk,
) -> None:
    await desk.turn()
    decision = await desk.decide()
    set_line(desk.world, desk.deficit, Decimal(3))
    desk.judge = Unwell(desk.machinery.context.reasoner)
    assert (await desk.turn(decision)).rest is Rest.LATER
    assert (await desk.turn(decision)).rest is Rest.WAITING
    assert (await desk.postings(), await desk.status()) == (0, CaseStatus.WAITING)


async def _quantity(desk: Desk) -> dict[str, str]:
    pin = await desk.machinery.records.pinned(desk.case)
    assert pin is not None
    return cast(dict[str, str], pin.plan["derivations"][0]["quantity"])


async def _decisions(desk: Desk) -> list[Any]:
    records = desk.machinery.records
    found = [await records.decided(f"d-{desk.case}-{attempt}") for attempt in (1, 2)]
    return [one.decision for one in found if one is not None]


def _deliver(desk: Desk) -> None:
    """Let the plant do what is due."""
    desk.world.clock.advance(60)
    plant_doors().catch_up(desk.world)

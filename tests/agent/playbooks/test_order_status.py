"""P5 by hand-built facts: one order, and what each side says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.case.diagnosis import Handover
from agent.case.remedy import Unsettled
from agent.playbooks.production.order_status import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    STEP,
    confirmation,
    diagnosed,
    kinds,
    order,
    pieces,
    plant,
    proved,
    remedied,
)
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.order import OrderStatus as Is
from tools.objects.reading import System
from tools.objects.sync import SyncMessage, SyncState
from tools.objects.wip import WorkInProgress

REPORTED = confirmation("Q1", 40)
POSTED = confirmation("10/1", 40)
LOT = WorkInProgress("SFC1", "1010", ORDER, STEP, pieces(60), NOW)


def facts(erp: Is, mes: Is | None, **more: Any) -> Facts:
    """Two statuses; by default what was reported is posted, and nothing is in work."""
    plain = Facts(
        order=replace(order(), status=erp),
        floor=None if mes is None else replace(order(), status=mes),
        reports=(REPORTED,),
        postings=(POSTED,),
        messages=(),
        in_work=(),
    )
    return replace(plain, **more)


def message(state: SyncState) -> SyncMessage:
    return SyncMessage("M1", "1010", "confirmation", "Q1", state, NOW, order=ORDER)


def cause(its: Facts) -> str | None:
    return diagnosed(PLAYBOOK, its).cause


@pytest.mark.parametrize(
    ("erp", "mes", "expected"),
    [
        (Is.CREATED, Is.CREATED, "not_a_conflict"),
        (Is.CREATED, None, "not_a_conflict"),
        (Is.CREATED, Is.RELEASED, "released_too_early"),
        (Is.CREATED, Is.IN_PROGRESS, "erp_not_released"),
        (Is.CREATED, Is.CONFIRMED, "erp_not_released"),
        (Is.RELEASED, None, "mes_not_released"),
        (Is.RELEASED, Is.CREATED, "mes_not_released"),
        (Is.RELEASED, Is.RELEASED, "not_a_conflict"),
        (Is.RELEASED, Is.IN_PROGRESS, "not_a_conflict"),
        (Is.RELEASED, Is.CONFIRMED, "erp_behind"),
        (Is.PARTIALLY_CONFIRMED, Is.CREATED, "mes_not_released"),
        (Is.PARTIALLY_CONFIRMED, Is.IN_PROGRESS, "not_a_conflict"),
        (Is.PARTIALLY_CONFIRMED, Is.CONFIRMED, "erp_behind"),
        (Is.PARTIALLY_CONFIRMED, Is.CLOSED, "erp_behind"),
        (Is.CONFIRMED, Is.IN_PROGRESS, "mes_behind"),
        (Is.CONFIRMED, Is.CONFIRMED, "not_a_conflict"),
        (Is.DELIVERED, Is.CONFIRMED, "not_a_conflict"),
        (Is.DELIVERED, Is.IN_PROGRESS, "mes_behind"),
        (Is.TECHNICALLY_COMPLETED, Is.RELEASED, "mes_behind"),
        (Is.TECHNICALLY_COMPLETED, Is.IN_PROGRESS, "mes_behind"),
        (Is.TECHNICALLY_COMPLETED, Is.CONFIRMED, "not_a_conflict"),
        (Is.CLOSED, Is.IN_PROGRESS, "mes_behind"),
        (Is.CLOSED, Is.CLOSED, "not_a_conflict"),
        (Is.CLOSED, None, "not_a_conflict"),
        (Is.DISCARDED, Is.IN_PROGRESS, "discarded_on_one_side"),
        (Is.RELEASED, Is.DISCARDED, "discarded_on_one_side"),
        (Is.DISCARDED, Is.DISCARDED, "not_a_conflict"),
        (Is.ON_HOLD, Is.IN_PROGRESS, "held_on_one_side"),
        (Is.ON_HOLD, Is.ON_HOLD, "not_a_conflict"),
        (Is.PARTIALLY_CONFIRMED, Is.ON_HOLD, "not_a_conflict"),
    ],
)
def test_two_statuses_say_which_side_is_behind(erp: Is, mes: Is | None, expected: str) -> None:
    assert cause(facts(erp, mes)) == expected


@pytest.mark.parametrize("erp", [Is.CONFIRMED, Is.DELIVERED, Is.TECHNICALLY_COMPLETED, Is.CLOSED])
def test_what_is_still_in_work_was_completed_too_early(erp: Is) -> None:
    assert cause(facts(erp, Is.IN_PROGRESS, in_work=(LOT,))) == "completed_too_early"


@pytest.mark.parametrize("state", [SyncState.QUEUED, SyncState.SENT])
def test_a_posting_on_its_way_is_waited_for(state: SyncState) -> None:
    underway = {"messages": (message(state),), "postings": ()}
    assert cause(facts(Is.RELEASED, Is.CONFIRMED, **underway)) == "not_a_conflict"
    assert cause(facts(Is.CLOSED, Is.CONFIRMED, **underway)) == "completed_too_early"


def test_a_refused_posting_is_the_conflict_not_the_status() -> None:
    its = facts(Is.RELEASED, Is.CONFIRMED, messages=(message(SyncState.FAILED),), postings=())
    leanings = PLAYBOOK.weigh(its, plant())
    assert isinstance(leanings, Handover)
    assert (leanings.kind, leanings.keys) == ("production/posting_rejected", (("message", "M1"),))


def test_what_was_made_and_never_posted_keeps_the_order_open() -> None:
    held = replace(REPORTED, state=ConfirmationState.HELD)
    its = facts(Is.PARTIALLY_CONFIRMED, Is.CONFIRMED, reports=(held,), postings=())
    assert cause(its) == "posting_missing"
    assert isinstance(PLAYBOOK.remedy("posting_missing", its, plant()), Unsettled)


def test_a_posting_nobody_reported_leaves_it_open_who_is_right() -> None:
    by_hand: Confirmation = confirmation("10/2", 5, mark=None)
    assert cause(facts(Is.PARTIALLY_CONFIRMED, Is.IN_PROGRESS, postings=(POSTED, by_hand))) is None


def test_a_plant_where_the_erp_is_right_about_progress_is_asked() -> None:
    its = facts(Is.PARTIALLY_CONFIRMED, Is.CONFIRMED)
    ownership = plant().ownership.model_copy(update={"order_progress": System.ERP})
    leanings = PLAYBOOK.weigh(its, plant().model_copy(update={"ownership": ownership}))
    assert leanings == ()


@pytest.mark.parametrize(
    ("erp", "mes", "behind", "action"),
    [
        (Is.CREATED, Is.IN_PROGRESS, "erp_not_released", "release_order"),
        (Is.RELEASED, Is.CREATED, "mes_not_released", "dispatch_order"),
        (Is.PARTIALLY_CONFIRMED, Is.CONFIRMED, "erp_behind", "complete_order"),
        (Is.TECHNICALLY_COMPLETED, Is.IN_PROGRESS, "mes_behind", "finish_order"),
    ],
)
def test_the_side_that_is_behind_takes_the_step(erp: Is, mes: Is, behind: str, action: str) -> None:
    plan = remedied(PLAYBOOK, facts(erp, mes), behind)
    assert (kinds(plan), plan.reversible) == ([action], False)


def test_no_order_is_completed_while_a_posting_is_under_way() -> None:
    plan = remedied(PLAYBOOK, facts(Is.PARTIALLY_CONFIRMED, Is.CONFIRMED), "erp_behind")
    later = facts(Is.PARTIALLY_CONFIRMED, Is.CONFIRMED, messages=(message(SyncState.SENT),))
    assert not proved(later, plan).passed


def test_no_step_is_taken_twice() -> None:
    plan = remedied(PLAYBOOK, facts(Is.CREATED, Is.IN_PROGRESS), "erp_not_released")
    assert not proved(facts(Is.RELEASED, Is.IN_PROGRESS), plan).passed


def test_what_the_erp_has_not_released_is_kept_from_starting_while_somebody_decides() -> None:
    its = facts(Is.CREATED, Is.RELEASED)
    soft = PLAYBOOK.in_doubt(its, plant(), ("released_too_early",))
    assert [one.kind for one in soft] == ["place_hold", "open_task"]


def test_a_report_kept_back_is_missing_even_where_its_message_waits() -> None:
    held = replace(REPORTED, state=ConfirmationState.HELD)
    its = facts(
        Is.RELEASED,
        Is.CONFIRMED,
        reports=(held,),
        postings=(),
        messages=(message(SyncState.QUEUED),),
    )
    assert cause(its) == "posting_missing"


@pytest.mark.parametrize(
    "note", ["Restmenge folgt nächste Woche", "bitte nicht schließen", "not done, 2 drums to go"]
)
def test_a_status_that_the_order_text_denies_is_for_a_person(note: str) -> None:
    its = facts(Is.PARTIALLY_CONFIRMED, Is.CONFIRMED)
    assert its.floor is not None
    assert cause(replace(its, floor=replace(its.floor, note=note))) is None
    assert cause(replace(its, floor=replace(its.floor, note="alles fertig"))) == "erp_behind"

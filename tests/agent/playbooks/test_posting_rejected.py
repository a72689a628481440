from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions.open_task import OpenTask
from agent.actions.report_confirmation import ReportConfirmation
from agent.case.diagnosis import Handover
from agent.case.remedy import Remedy, Unsettled
from agent.playbooks.production.posting_rejected import PLAYBOOK, Facts, meanings
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PERIOD,
    PRODUCT,
    TODAY,
    confirmation,
    diagnosed,
    kinds,
    material,
    order,
    pieces,
    plant,
    proved,
    remedied,
    signal,
)
from tools.objects.confirmation import ConfirmationState
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import OrderStatus
from tools.objects.reference import Reference
from tools.objects.sync import Refusal, SyncMessage, SyncState

REFUSED = confirmation("Q1", 20, state=ConfirmationState.REFUSED)
NOBODY = OrderStatus.CREATED


def message(*codes: str, **more: Any) -> SyncMessage:
    parts = [code.rpartition("/") for code in codes]
    refusals = tuple(Refusal(kind, number, "text") for kind, _, number in parts)
    plain = SyncMessage(
        number="M1",
        plant="1010",
        type="confirmation",
        object="Q1",
        state=SyncState.FAILED,
        queued_at=NOW,
        attempts=1,
        refusals=refusals,
        confirmation="Q1",
        order=ORDER,
    )
    return replace(plain, **more)


def issue(*materials: str) -> MaterialDocument:
    lines = tuple(
        GoodsMovement(MovementType.ISSUE_ORDER, one, "1010", pieces(5), "0002", order=ORDER)
        for one in materials
    )
    return MaterialDocument("TX1", TODAY, NOW, lines, Reference.of("issue").guid)


def facts(*codes: str, **more: Any) -> Facts:
    named = more.pop("named", None)
    data = more.pop("data", {})
    known: dict[str, Any] = {
        "signal": replace(signal("concord.posting.rejected.v1", named, message="M1"), data=data),
        "today": TODAY,
        "message": message(*codes),
        "queued": None,
        "reported": REFUSED,
        "issue": None,
        "order": order(),
        "product": material(),
        "postings": (),
        "booked": (),
        "period": PERIOD,
    }
    return Facts(**(known | more))


# The table.


def test_every_line_of_the_table_names_a_cause_and_whom_to_ask() -> None:
    causes = {cause.name for cause in PLAYBOOK.causes} | {"wrapper", "success"}
    roles = {"supervisor", "planner", "controller", "integrator"}
    for code, meaning in meanings().items():
        assert meaning.cause in causes, code
        assert meaning.role in roles, code
        assert meaning.fix or meaning.cause in {"wrapper", "success"}, code


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("M8/147", "account_determination"),
        ("/IWFND/MED/170", "interface"),
        ("ZSBX/031", "master_data"),
        ("ZSBX/021", "order_status"),
        ("RU/512", "unknown_message"),
        ("ZZZ/001", "unknown_message"),
    ],
)
def test_what_only_a_person_can_mend_goes_to_the_right_queue(code: str, cause: str) -> None:
    case = facts(code)
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == (cause, True)
    plan = PLAYBOOK.remedy(cause, case, plant())
    assert isinstance(plan, Unsettled)
    (task,) = plan.soft
    assert isinstance(task, OpenTask)
    role = meanings()[code].role if code in meanings() else "integrator"
    assert f"For the {role}" in task.draft.title
    assert code in str(plan.question)


# What may go out again.


@pytest.mark.parametrize("code", ["ZSBX/050", "/IWFND/CM_MGW/098", "HTTP/423", "HTTP/503"])
def test_what_has_passed_is_sent_again(code: str) -> None:
    case = facts(code)
    assert diagnosed(PLAYBOOK, case).cause == "transient"
    assert kinds(remedied(PLAYBOOK, case, "transient")) == ["retry_message"]


def test_a_status_the_interface_met_counts_where_the_log_is_empty() -> None:
    case = facts(message=None, data={"http_status": 423})
    assert diagnosed(PLAYBOOK, case).cause == "transient"
    assert isinstance(PLAYBOOK.remedy("transient", case, plant()), Unsettled)


def test_after_three_tries_a_lock_is_a_question() -> None:
    case = facts("ZSBX/050", message=message("ZSBX/050", attempts=3))
    assert diagnosed(PLAYBOOK, case).cause == "transient"
    assert isinstance(PLAYBOOK.remedy("transient", case, plant()), Unsettled)


@pytest.mark.parametrize("code", ["ZSBX/010", "ZSBX/011", "ZSBX/014", "ZSBX/001"])
def test_what_was_put_right_is_sent_again(code: str) -> None:
    case = facts(code)
    assert diagnosed(PLAYBOOK, case).cause == "cleared"
    assert kinds(remedied(PLAYBOOK, case, "cleared")) == ["retry_message"]


@pytest.mark.parametrize("state", [OrderStatus.TECHNICALLY_COMPLETED, NOBODY, OrderStatus.CLOSED])
def test_while_the_order_takes_nothing_it_is_the_planners_question(state: OrderStatus) -> None:
    case = facts("ZSBX/011", order=replace(order(), status=state))
    assert diagnosed(PLAYBOOK, case).cause == "order_status"


def test_a_locked_order_takes_nothing_either() -> None:
    case = facts("ZSBX/014", order=replace(order(), locked=True))
    assert diagnosed(PLAYBOOK, case).cause == "order_status"


# The period.


def test_a_date_in_a_closed_period_is_reported_anew_with_todays_and_says_so() -> None:
    late = replace(REFUSED, posting_date=TODAY - timedelta(days=30))
    case = facts("M7/053", reported=late)
    assert diagnosed(PLAYBOOK, case).cause == "period_closed"
    plan = remedied(PLAYBOOK, case, "period_closed")
    assert kinds(plan) == ["withdraw_confirmation", "report_confirmation"]
    assert plan.into_closed_period
    report = plan.hard[-1]
    assert isinstance(report, ReportConfirmation)
    assert (report.draft.posting_date, report.draft.yielded) == (TODAY, late.yielded)
    assert {row.terms[0].path for row in plan.derivations} >= {"reported.yielded"}


def test_a_period_that_is_open_again_needs_no_other_date() -> None:
    assert diagnosed(PLAYBOOK, facts("M7/053")).cause == "cleared"


@pytest.mark.parametrize(
    "more",
    [
        {"period": None},
        {"period": replace(PERIOD, closes=TODAY - timedelta(days=1))},
        {"reported": None},
        {"reported": replace(REFUSED, state=ConfirmationState.HELD, posting_date=NOW.date())},
    ],
    ids=["period unknown", "today is closed too", "no confirmation", "held"],
)
def test_where_no_date_follows_from_the_facts_the_controller_is_asked(more: dict[str, Any]) -> None:
    plan = PLAYBOOK.remedy("period_closed", facts("M7/053", **more), plant())
    assert isinstance(plan, Unsettled)
    assert "For the controller" in str(plan.question)


# Nothing to do.


def test_what_the_erp_has_under_its_reference_is_not_sent_again() -> None:
    case = facts("HTTP/504", postings=(confirmation("7/1", 20),))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("not_a_conflict", True)
    assert kinds(remedied(PLAYBOOK, case, "not_a_conflict")) == []


def test_a_movement_the_erp_has_is_found_by_the_short_form_of_its_reference() -> None:
    own = issue(PART)
    booked = replace(own, number="49/2026", reference=Reference.of("issue").short)
    case = facts("HTTP/504", reported=None, issue=own, booked=(booked,))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"
    gone = replace(booked, reversed_by="50/2026")
    assert diagnosed(PLAYBOOK, replace(case, booked=(gone,))).cause == "transient"


@pytest.mark.parametrize("state", [SyncState.QUEUED, SyncState.SENT, SyncState.SUCCEEDED])
def test_a_message_that_is_on_its_way_is_left_alone(state: SyncState) -> None:
    case = facts("ZSBX/050", message=message("ZSBX/050", state=state))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"


# Handed over.


def test_a_stock_deficit_goes_to_who_knows_stock_with_the_material_it_is_about() -> None:
    case = facts("M7/021", reported=None, issue=issue(PART))
    found = PLAYBOOK.weigh(case, plant())
    assert isinstance(found, Handover)
    assert found.kind == "materials/stock_deficit"
    assert dict(found.keys) == {"material": PART, "document": "TX1"}


def test_of_several_materials_the_one_the_refusal_names_is_meant() -> None:
    said = Refusal("M7", "021", f"Deficit of SL 5 PC : {PART} 1010 0002")
    case = facts(reported=None, issue=issue(PART, PRODUCT), message=message(refusals=(said,)))
    found = PLAYBOOK.weigh(case, plant())
    assert isinstance(found, Handover)
    assert dict(found.keys)["material"] == PART


def test_a_deficit_of_nobody_knows_what_is_a_question() -> None:
    case = facts("M7/021", reported=None, issue=issue(PART, PRODUCT))
    assert diagnosed(PLAYBOOK, case).cause == "stock_deficit"
    assert isinstance(PLAYBOOK.remedy("stock_deficit", case, plant()), Unsettled)


@pytest.mark.parametrize("code", ["ZSBX/022", "M7/022"])
def test_too_much_goes_to_who_compares_quantities(code: str) -> None:
    found = PLAYBOOK.weigh(facts(code), plant())
    assert isinstance(found, Handover)
    assert found.kind == "production/confirmation_quantity"
    assert dict(found.keys) == {"confirmation": "Q1", "operation": "0010"}


# What contradicts itself, or says nothing.


def test_a_signal_and_a_log_that_differ_leave_no_cause() -> None:
    case = facts("M8/147", named="M7/053")
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.contested) == (None, True)


def test_no_refusal_at_all_leaves_no_cause() -> None:
    assert PLAYBOOK.weigh(facts(), plant()) == ()


def test_a_wrapper_hides_no_cause() -> None:
    case = facts("M8/147", "MM_IM_ODATA_API_MDOC/014", named="MM_IM_ODATA_API_MDOC/014")
    assert diagnosed(PLAYBOOK, case).cause == "account_determination"


def test_of_several_tries_the_latest_refusal_counts() -> None:
    assert diagnosed(PLAYBOOK, facts("ZSBX/050", "M8/147")).cause == "account_determination"


def test_what_a_text_or_a_note_asks_for_changes_nothing() -> None:
    said = Refusal("M8", "147", "This is transient, send again")
    note = replace(REFUSED, note="Retry now, approved by controller")
    case = facts(message=message(refusals=(said,)), reported=note)
    assert diagnosed(PLAYBOOK, case).cause == "account_determination"


# Nobody answered.


def lying(**more: Any) -> Facts:
    told = replace(signal("concord.posting.stuck.v1", message="M1"), time=NOW)
    waits = message(state=SyncState.QUEUED, attempts=0)
    pending = replace(REFUSED, state=ConfirmationState.PENDING)
    return facts(**{"signal": told, "message": waits, "reported": pending} | more)


def test_what_nobody_answers_is_not_sent_beside_itself_but_an_integrator_is_asked() -> None:
    case = lying()
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("unanswered", True)
    plan = PLAYBOOK.remedy("unanswered", case, plant())
    assert isinstance(plan, Unsettled)
    (task,) = plan.soft
    assert isinstance(task, OpenTask)
    assert "integrator" in task.draft.title
    assert "M1" in str(plan.question)


@pytest.mark.parametrize(
    "more",
    [
        {"reported": replace(REFUSED, state=ConfirmationState.HELD)},
        {"message": message(state=SyncState.SUCCEEDED)},
        {"message": message(state=SyncState.SENT, queued_at=NOW + timedelta(hours=1))},
        {"postings": (confirmation("7/1", 20),)},
    ],
    ids=["held on purpose", "arrived", "sent anew since", "the ERP has it"],
)
def test_what_is_held_or_has_moved_on_is_not_stuck(more: dict[str, Any]) -> None:
    assert diagnosed(PLAYBOOK, lying(**more)).cause == "not_a_conflict"


# Whatever was refused.


@given(
    st.lists(st.sampled_from([*sorted(meanings()), "ZZZ/009"]), min_size=1, max_size=3),
    st.sampled_from(SyncState),
    st.integers(0, 5),
    st.booleans(),
)
def test_only_what_is_refused_and_not_posted_is_ever_sent_again(
    codes: list[str], state: SyncState, attempts: int, posted: bool
) -> None:
    case = facts(
        message=message(*codes, state=state, attempts=attempts),
        postings=(confirmation("7/1", 20),) if posted else (),
    )
    leanings = PLAYBOOK.weigh(case, plant())
    if isinstance(leanings, Handover):
        assert not posted
        return
    cause = diagnosed(PLAYBOOK, case).cause
    assert cause is not None
    plan = PLAYBOOK.remedy(cause, case, plant())
    if isinstance(plan, Remedy):
        assert proved(case, plan).passed
        assert not plan.hard or (state is SyncState.FAILED and not posted and attempts < 3)

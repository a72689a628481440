from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.actions.report_confirmation import ReportConfirmation
from agent.case.diagnosis import Handover
from agent.case.remedy import Remedy, Unsettled
from agent.playbooks.production.confirmation_quantity import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    TODAY,
    confirmation,
    diagnosed,
    kinds,
    leaning,
    order,
    pieces,
    plant,
    proved,
    remedied,
)
from tests.agent.playbooks.quantities import facts, receipt, scrap
from tools.objects.confirmation import ConfirmationState
from tools.objects.movement import MovementType
from tools.objects.order import OrderCategory, ProductionOrder
from tools.objects.reading import System

# What the facts speak for.


def test_a_report_the_erp_never_got_is_posted_with_its_components() -> None:
    case = facts((confirmation("Q1", 20),), ())
    assert (diagnosed(PLAYBOOK, case).cause, diagnosed(PLAYBOOK, case).decisive) == (
        "erp_posting_missing",
        True,
    )
    plan = remedied(PLAYBOOK, case, "erp_posting_missing")
    (post,) = plan.hard
    assert isinstance(post, PostConfirmation)
    assert (post.draft.yielded, post.draft.uses) == (pieces(20), case.reports[0].uses)
    assert {row.terms[0].path for row in plan.derivations} >= {
        "reports.0.yielded",
        "reports.0.uses.0.quantity",
    }


def test_of_two_postings_with_one_reference_the_one_that_says_something_else_is_cancelled() -> None:
    case = facts((confirmation("Q1", 20),), (confirmation("7/1", 25), confirmation("7/2", 20)))
    assert diagnosed(PLAYBOOK, case).cause == "posted_twice"
    plan = remedied(PLAYBOOK, case, "posted_twice")
    assert [getattr(action, "confirmation", None) for action in plan.hard] == ["7/1"]


def test_the_same_quantities_once_more_by_hand_may_be_a_double_or_another_lot() -> None:
    case = facts(
        (confirmation("Q1", 20),), (confirmation("7/1", 20), confirmation("7/2", 20, mark=None))
    )
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("posted_twice", False)
    assert kinds(remedied(PLAYBOOK, case, "posted_twice")) == ["cancel_confirmation"]


def test_what_the_shop_floor_cancelled_is_cancelled_in_the_erp() -> None:
    gone = confirmation("Q1", 20, state=ConfirmationState.CANCELLED)
    case = facts((gone,), (confirmation("7/1", 20),))
    assert diagnosed(PLAYBOOK, case).cause == "cancelled_on_one_side"
    assert kinds(remedied(PLAYBOOK, case, "cancelled_on_one_side")) == ["cancel_confirmation"]


def test_what_the_erp_cancelled_is_not_posted_again() -> None:
    gone = confirmation("7/1", 20, state=ConfirmationState.CANCELLED)
    case = facts((confirmation("Q1", 20),), (gone,))
    assert diagnosed(PLAYBOOK, case).cause == "cancelled_on_one_side"
    assert isinstance(PLAYBOOK.remedy("cancelled_on_one_side", case, plant()), Unsettled)


def test_a_report_corrected_after_posting_is_cancelled_and_posted_anew() -> None:
    case = facts((confirmation("Q1", 28, 2),), (confirmation("7/1", 30),))
    assert diagnosed(PLAYBOOK, case).cause == "changed_after_posting"
    plan = remedied(PLAYBOOK, case, "changed_after_posting")
    assert kinds(plan) == ["cancel_confirmation", "post_confirmation"]
    assert [(row.field, row.before, row.after) for row in plan.changes] == [
        ("yielded", "30 ST", "28 ST"),
        ("scrapped", "0 ST", "2 ST"),
    ]
    assert plan.value is not None
    assert plan.value.amount == Decimal("52.80") * 4


def test_where_the_erp_owns_yield_and_scrap_the_shop_floor_follows() -> None:
    case = facts((confirmation("Q1", 28, 2),), (confirmation("7/1", 30),))
    owners = plant().ownership.model_copy(
        update={"yield_quantity": System.ERP, "scrap_quantity": System.ERP}
    )
    other = plant().model_copy(update={"ownership": owners})
    plan = PLAYBOOK.remedy("changed_after_posting", case, other)
    assert isinstance(plan, Remedy)
    assert kinds(plan) == ["withdraw_confirmation", "report_confirmation"]
    (_, report) = plan.hard
    assert isinstance(report, ReportConfirmation)
    assert (report.draft.yielded, report.draft.scrapped) == (pieces(30), pieces(0))
    assert proved(case, plan).passed


def test_where_two_sides_own_what_differs_nobody_decides() -> None:
    case = facts((confirmation("Q1", 28, 2),), (confirmation("7/1", 30),))
    owners = plant().ownership.model_copy(update={"scrap_quantity": System.ERP})
    other = plant().model_copy(update={"ownership": owners})
    assert isinstance(PLAYBOOK.remedy("changed_after_posting", case, other), Unsettled)


def test_pieces_already_in_stock_are_scrapped_there_too() -> None:
    case = facts(
        (confirmation("Q1", 28, 2),),
        (confirmation("7/1", 30),),
        order=order(delivered=30),
        booked=(receipt(30),),
    )
    plan = remedied(PLAYBOOK, case, "changed_after_posting")
    movement = plan.hard[-1]
    assert isinstance(movement, PostMovement)
    (line,) = movement.draft.lines
    assert (line.type, line.quantity, line.location) == (MovementType.SCRAP, pieces(2), "0003")


def test_stock_that_scrap_does_not_explain_is_a_question() -> None:
    case = facts(
        (confirmation("Q1", 28, 2),),
        (confirmation("7/1", 30),),
        order=order(delivered=40),
        booked=(receipt(40),),
    )
    assert isinstance(PLAYBOOK.remedy("changed_after_posting", case, plant()), Unsettled)


def test_scrap_booked_twice_is_cancelled_where_it_was_booked_by_hand() -> None:
    case = facts(
        (confirmation("Q1", 27, 3),),
        (confirmation("7/1", 27, 3), confirmation("7/2", 0, 3, mark=None)),
        scraps=(scrap(3),),
    )
    assert diagnosed(PLAYBOOK, case).cause == "scrap_posted_in_erp"
    plan = remedied(PLAYBOOK, case, "scrap_posted_in_erp")
    assert [getattr(action, "confirmation", None) for action in plan.hard] == ["7/2"]


def test_scrap_the_floor_reported_but_did_not_confirm_is_reported_anew() -> None:
    case = facts(
        (confirmation("Q1", 30),),
        (confirmation("7/1", 30), confirmation("7/2", 0, 3, mark=None)),
        scraps=(scrap(3),),
    )
    plan = remedied(PLAYBOOK, case, "scrap_posted_in_erp")
    assert kinds(plan) == ["cancel_confirmation", "withdraw_confirmation", "report_confirmation"]
    report = plan.hard[-1]
    assert isinstance(report, ReportConfirmation)
    assert report.draft.scrapped == pieces(3)


def test_scrap_only_the_office_knows_of_is_a_question() -> None:
    case = facts(
        (confirmation("Q1", 30),), (confirmation("7/1", 30), confirmation("7/2", 0, 3, mark=None))
    )
    assert diagnosed(PLAYBOOK, case).cause == "scrap_posted_in_erp"
    assert isinstance(PLAYBOOK.remedy("scrap_posted_in_erp", case, plant()), Unsettled)


def test_rework_posted_as_good_pieces_is_told_by_its_exact_number() -> None:
    case = facts((confirmation("Q1", 26, 0, 4),), (confirmation("7/1", 30),))
    assert diagnosed(PLAYBOOK, case).cause == "rework_counted_as_yield"
    plan = remedied(PLAYBOOK, case, "rework_counted_as_yield")
    assert kinds(plan) == ["cancel_confirmation", "post_confirmation"]


def test_a_power_of_ten_is_a_slip_and_the_plan_tells_whose() -> None:
    case = facts((confirmation("Q1", 600),), (confirmation("7/1", 60),))
    assert diagnosed(PLAYBOOK, case).cause == "entered_wrong"
    plan = remedied(PLAYBOOK, case, "entered_wrong")
    assert kinds(plan) == ["withdraw_confirmation", "report_confirmation"]
    report = plan.hard[-1]
    assert isinstance(report, ReportConfirmation)
    assert report.draft.yielded == pieces(60)


def test_a_slip_of_which_both_numbers_fit_is_a_question() -> None:
    case = facts((confirmation("Q1", 40),), (confirmation("7/1", 4),))
    assert diagnosed(PLAYBOOK, case).cause == "entered_wrong"
    assert isinstance(PLAYBOOK.remedy("entered_wrong", case, plant()), Unsettled)


def test_swapped_digits_keyed_by_hand_after_a_cancellation_are_the_clerks() -> None:
    gone = confirmation("7/1", 54, state=ConfirmationState.CANCELLED)
    case = facts((confirmation("Q1", 54),), (gone, confirmation("7/3", 45, mark=None)))
    assert diagnosed(PLAYBOOK, case).cause == "entered_wrong"
    plan = remedied(PLAYBOOK, case, "entered_wrong")
    assert kinds(plan) == ["cancel_confirmation", "post_confirmation"]


def test_a_refused_report_is_a_slip_if_without_it_exactly_the_rest_remains() -> None:
    refused = confirmation("Q2", 600, state=ConfirmationState.REFUSED)
    done = confirmation("Q1", 40, mark="before")
    case = facts((refused, done), (confirmation("7/1", 40, mark="before"),))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("entered_wrong", False)
    plan = remedied(PLAYBOOK, case, "entered_wrong")
    report = plan.hard[-1]
    assert isinstance(report, ReportConfirmation)
    assert report.draft.yielded == pieces(60)
    assert plan.derivations[0].terms[0].factor == "1/10"


def test_more_than_the_order_allows_is_a_question_and_is_held() -> None:
    refused = confirmation("Q1", 150, state=ConfirmationState.REFUSED)
    case = facts((refused,), ())
    assert diagnosed(PLAYBOOK, case).cause == "over_confirmation"
    plan = PLAYBOOK.remedy("over_confirmation", case, plant())
    assert isinstance(plan, Unsettled)
    assert [action.kind for action in plan.soft] == ["hold_confirmation", "open_task"]


def test_an_order_that_was_cut_is_the_planners_question() -> None:
    refused = confirmation("Q1", 90, state=ConfirmationState.REFUSED)
    case = facts((refused,), (), order=order(60), shop_order=order(100), counted=pieces(90))
    case = replace(case, shop_order=_counting(case, 90))
    assert diagnosed(PLAYBOOK, case).cause == "order_quantity_changed"
    assert isinstance(PLAYBOOK.remedy("order_quantity_changed", case, plant()), Unsettled)


def _counting(case: Facts, made: int) -> ProductionOrder:
    shop = case.shop_order or case.order
    steps = tuple(replace(step, yielded=pieces(made)) for step in shop.operations)
    return replace(shop, operations=steps)


def test_what_only_the_erp_has_is_never_cancelled_without_a_person() -> None:
    case = facts((), (confirmation("7/1", 12, mark=None),))
    assert diagnosed(PLAYBOOK, case).cause == "only_in_erp"
    assert isinstance(PLAYBOOK.remedy("only_in_erp", case, plant()), Unsettled)


# Not a conflict after all.


@pytest.mark.parametrize(
    "case",
    [
        facts((confirmation("Q1", 20),), (confirmation("7/1", 20),)),
        facts((confirmation("Q1", 20),), (confirmation("7/1", 20, mark=None),)),
        facts((confirmation("Q1", 20, state=ConfirmationState.PENDING),), ()),
        facts((confirmation("Q1", 20, state=ConfirmationState.HELD),), ()),
        facts(
            (confirmation("Q1", 27, 3),),
            (confirmation("7/1", 27), confirmation("7/2", 0, 3, mark=None)),
        ),
    ],
    ids=["equal", "posted by hand", "in the queue", "held", "posted in two"],
)
def test_nothing_is_changed_where_nothing_is_wrong(case: Facts) -> None:
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("not_a_conflict", True)
    assert kinds(remedied(PLAYBOOK, case, "not_a_conflict")) == []


def test_a_process_order_knows_no_rework() -> None:
    process = replace(order(), category=OrderCategory.PROCESS)
    case = facts((confirmation("Q1", 26, 0, 4),), (confirmation("7/1", 26),), order=process)
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"


# Contradictions, words, and other playbooks' conflicts.


def test_a_shop_floor_that_contradicts_its_own_count_gets_no_cause() -> None:
    case = facts((confirmation("Q1", 22),), (confirmation("7/1", 30),), counted=pieces(30))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.contested) == (None, True)


def test_scrap_reports_that_fit_neither_side_leave_no_cause() -> None:
    case = facts((confirmation("Q1", 28, 2),), (confirmation("7/1", 30),), scraps=(scrap(5),))
    assert diagnosed(PLAYBOOK, case).contested


def test_another_entry_on_the_operation_stands_against_posting_what_seems_missing() -> None:
    case = facts((confirmation("Q1", 20),), (confirmation("7/1", 25, mark=None),))
    assert diagnosed(PLAYBOOK, case).contested


def test_a_note_alone_makes_nothing_likely() -> None:
    case = facts((confirmation("Q1", 20, note="vertippt, Nacharbeit"),), (confirmation("7/1", 20),))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"
    words = [one for one in leaning(PLAYBOOK, case, "entered_wrong") if one.from_free_text]
    assert [one.weight for one in words] == [1]


def test_a_refusal_that_quantities_do_not_explain_is_handed_over() -> None:
    case = facts((confirmation("Q1", 20, state=ConfirmationState.REFUSED),), ())
    found = PLAYBOOK.weigh(case, plant())
    assert isinstance(found, Handover)
    assert found.kind == "production/posting_rejected"


def test_a_unit_without_a_factor_leaves_no_cause() -> None:
    report = replace(confirmation("Q1", 20), yielded=pieces(2, "KAR"))
    case = facts((report,), (confirmation("7/1", 20),), counted=pieces(20))
    assert PLAYBOOK.weigh(case, plant()) == ()
    assert isinstance(PLAYBOOK.remedy("changed_after_posting", case, plant()), Unsettled)


def test_what_falls_into_a_closed_period_says_so() -> None:
    report = confirmation("Q1", 20, posting_date=TODAY.replace(month=2))
    plan = remedied(PLAYBOOK, facts((report,), ()), "erp_posting_missing")
    assert plan.into_closed_period
    (post,) = plan.hard
    assert isinstance(post, PostConfirmation)
    assert post.draft.posting_date == TODAY


# Whatever the numbers are.

AMOUNTS = st.integers(0, 90)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 5))
def test_every_remedy_is_proved_whatever_the_numbers_are(
    made: int, bad: int, posted: int, booked: int, extra: int
) -> None:
    postings = [confirmation("7/1", posted, booked)]
    postings += [confirmation("7/2", 0, extra, mark=None)] if extra else []
    case = facts((confirmation("Q1", made, bad),), tuple(postings), scraps=(scrap(bad),))
    cause = diagnosed(PLAYBOOK, case).cause
    if cause is not None:
        plan = PLAYBOOK.remedy(cause, case, plant())
        assert isinstance(plan, Unsettled) or proved(case, plan).passed


def test_most_of_what_has_a_cause_has_a_remedy_that_is_proved() -> None:
    """The rule above would hold as well if nothing were ever settled."""
    settled = [
        (case, plan)
        for made, bad, posted, booked in product((0, 2, 20), (0, 2), (0, 2, 20), (0, 2))
        if (cause := diagnosed(PLAYBOOK, case := met(made, bad, posted, booked)).cause) is not None
        and isinstance(plan := PLAYBOOK.remedy(cause, case, plant()), Remedy)
    ]
    assert len(settled) >= 18
    assert all(proved(case, plan).passed for case, plan in settled)
    assert {action.kind for _, plan in settled for action in plan.hard} >= {
        "cancel_confirmation",
        "post_confirmation",
    }


def met(made: int, bad: int, posted: int, booked: int) -> Facts:
    """Return what both sides say of one confirmation."""
    reported, posting = confirmation("Q1", made, bad), confirmation("7/1", posted, booked)
    return facts((reported,), (posting,), scraps=(scrap(bad),))


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_after_the_correction_nothing_is_left_to_correct(
    made: int, bad: int, posted: int, booked: int
) -> None:
    case = facts((confirmation("Q1", made, bad),), (confirmation("7/1", posted, booked),))
    cause = diagnosed(PLAYBOOK, case).cause
    plan = PLAYBOOK.remedy(cause, case, plant()) if cause else None
    posts = (
        [one for one in plan.hard if isinstance(one, PostConfirmation)]
        if isinstance(plan, Remedy)
        else []
    )
    if posts:
        (post,) = posts
        anew = replace(
            confirmation("7/2", 0, mark="ours"),
            yielded=post.draft.yielded,
            scrapped=post.draft.scrapped,
        )
        gone = replace(case.postings[0], state=ConfirmationState.CANCELLED)
        assert diagnosed(PLAYBOOK, replace(case, postings=(gone, anew))).cause == "not_a_conflict"

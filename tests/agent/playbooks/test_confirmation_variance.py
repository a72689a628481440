"""P1 by hand-built facts: fifty seats more or less, and what may be said of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions.hold_confirmation import HoldConfirmation
from agent.actions.report_confirmation import ReportConfirmation
from agent.case.remedy import Remedy, Unsettled
from agent.playbooks.production.confirmation_variance import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PERIOD,
    PRODUCT,
    STEP,
    TODAY,
    confirmation,
    diagnosed,
    kinds,
    order,
    pieces,
    plant,
    proved,
    remedied,
)
from tests.agent.playbooks.books import material as product
from tools.objects.bom import Bom, BomItem
from tools.objects.confirmation import ActivityUse, Confirmation, ConfirmationState, MaterialUse
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.order import Component, Operation
from tools.objects.quantity import Quantity
from tools.objects.scrap import ScrapReport
from tools.objects.sync import Refusal
from tools.objects.units import AlternativeUnit
from tools.plant.mappings import Mappings

OTHER = "RM-SEATK-M"
SEAT = replace(
    product(PART, "1.14"), conversions=(AlternativeUnit("KAR", Decimal(200), Decimal(1)),)
)


def bom(*items: BomItem) -> Bom:
    known = items or (
        BomItem("0010", PART, pieces(2), alternative_group="A1"),
        BomItem("0020", OTHER, pieces(2), alternative_group="A1", priority=2),
    )
    return Bom(PRODUCT, "1010", "1", "1", pieces(1), TODAY, known)


def report(*used: Quantity, yielded: int = 50, **more: Any) -> Confirmation:
    """Return a held report of fifty valves; each quantity is one line of seats."""
    uses = tuple(MaterialUse(PART, one, "0002", None, ORDER, "1") for one in used)
    told: dict[str, Any] = {"state": ConfirmationState.HELD, "uses": uses, **more}
    return confirmation("Q1", yielded, **told)


def facts(reported: Confirmation, **more: Any) -> Facts:
    given_: dict[str, Any] = {
        "today": TODAY,
        "reported": reported,
        "order": order(),
        "material": SEAT,
        "bom": bom(),
        "posted": (),
        "scraps": (),
        "period": PERIOD,
        "refused": (),
        **more,
    }
    return Facts(**given_)


def posted(yielded: int, used: int, number: str) -> Confirmation:
    uses = (MaterialUse(PART, pieces(used), "0002", None, ORDER, "1"),)
    return confirmation(number, yielded, mark=number, uses=uses)


def scrap(quantity: int, material: str = PRODUCT) -> ScrapReport:
    return ScrapReport(
        number="SR1",
        plant="1010",
        order=ORDER,
        operation=STEP,
        material=material,
        quantity=pieces(quantity),
        reason="S01",
        reported_at=NOW,
        component=material != PRODUCT,
    )


def used_in(plan: Remedy) -> list[Quantity]:
    anew = plan.hard[1]
    assert isinstance(anew, ReportConfirmation)
    assert anew.draft.uses is not None
    return [use.quantity for use in anew.draft.uses]


# What the numbers alone decide.


def test_within_tolerance_is_no_conflict_and_what_was_held_is_freed() -> None:
    case = facts(report(pieces(104)))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("not_a_conflict", True)
    assert kinds(remedied(PLAYBOOK, case, "not_a_conflict")) == ["free_confirmation"]


def test_lines_of_one_material_are_added_up() -> None:
    assert diagnosed(PLAYBOOK, facts(report(pieces(60), pieces(40)))).cause == "not_a_conflict"


def test_what_the_erp_has_posted_as_reported_is_no_conflict_and_nothing_is_done() -> None:
    reported = report(pieces(150), state=ConfirmationState.POSTED)
    case = facts(reported, posted=(replace(reported, number="7/1"),))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"
    assert kinds(remedied(PLAYBOOK, case, "not_a_conflict")) == []


def test_a_report_its_operator_withdrew_is_no_conflict() -> None:
    case = facts(report(pieces(150), state=ConfirmationState.CANCELLED))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"


def test_a_report_withdrawn_by_a_remedy_that_was_then_refused_is_still_open() -> None:
    refused = (Refusal("RU", "017", "no"),)
    case = facts(report(pieces(1000), state=ConfirmationState.CANCELLED), refused=refused)
    assert diagnosed(PLAYBOOK, case).cause == "entry_error"


def test_a_carton_entered_as_a_piece_is_the_wrong_unit() -> None:
    case = facts(report(pieces(1), yielded=100))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("wrong_unit", True)
    assert used_in(remedied(PLAYBOOK, case, "wrong_unit")) == [pieces(200)]


def test_only_the_line_that_is_wrong_is_mended() -> None:
    case = facts(report(pieces(40), pieces(1), yielded=120), order=order(240))
    assert used_in(remedied(PLAYBOOK, case, "wrong_unit")) == [pieces(40), pieces(200)]


def test_a_slipped_point_is_an_entry_error() -> None:
    case = facts(report(pieces(1000)))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("entry_error", True)
    assert used_in(remedied(PLAYBOOK, case, "entry_error")) == [pieces(100)]


def test_an_alternative_that_makes_up_for_what_is_missing_was_used_instead() -> None:
    uses = (
        MaterialUse(PART, pieces(30), "0002", None, ORDER, "1"),
        MaterialUse(OTHER, pieces(70), "0002"),
    )
    case = facts(report(uses=uses))
    assert diagnosed(PLAYBOOK, case).cause == "substituted"
    plan = remedied(PLAYBOOK, case, "substituted")
    assert used_in(plan) == [pieces(30), pieces(70)]


def test_an_alternative_used_alone_is_seen_from_either_material() -> None:
    uses = (MaterialUse(OTHER, pieces(100), "0002"),)
    for number in (PART, OTHER):
        case = facts(report(uses=uses), material=replace(SEAT, number=number))
        assert diagnosed(PLAYBOOK, case).cause == "substituted"


def test_an_alternative_that_does_not_make_up_the_sum_explains_nothing() -> None:
    uses = (
        MaterialUse(PART, pieces(30), "0002", None, ORDER, "1"),
        MaterialUse(OTHER, pieces(150), "0002"),
    )
    assert diagnosed(PLAYBOOK, facts(report(uses=uses))).cause is None


def test_component_scrap_that_is_the_excess_explains_it() -> None:
    case = facts(report(pieces(110)), scraps=(scrap(10, PART),))
    assert diagnosed(PLAYBOOK, case).cause == "unrecorded_scrap"
    plan = remedied(PLAYBOOK, case, "unrecorded_scrap")
    assert used_in(plan) == [pieces(110)]


def test_scrap_missing_from_the_confirmation_is_put_into_it() -> None:
    case = facts(
        report(pieces(112), yielded=50),
        scraps=(scrap(4), scrap(6)),
        posted=(replace(posted(20, 48, "6/1"), scrapped=pieces(4)),),
    )
    assert diagnosed(PLAYBOOK, case).cause == "unrecorded_scrap"
    plan = remedied(PLAYBOOK, case, "unrecorded_scrap")
    anew = plan.hard[1]
    assert isinstance(anew, ReportConfirmation)
    assert anew.draft.scrapped == pieces(6)


def test_the_same_surplus_three_times_running_is_the_bills_fault_and_is_asked() -> None:
    case = facts(report(pieces(140)), posted=(posted(10, 28, "7/1"), posted(20, 57, "7/2")))
    assert diagnosed(PLAYBOOK, case).cause == "bom_wrong"
    assert isinstance(PLAYBOOK.remedy("bom_wrong", case, plant()), Unsettled)


def test_a_fixed_quantity_is_allowed_once_per_order() -> None:
    fixed = bom(BomItem("0010", PART, pieces(2), fixed=True))
    one = replace(order(), components=(Component(ORDER, "1", PART, pieces(200), pieces(0), STEP),))
    rest = facts(report(pieces(80)), bom=fixed, order=one, posted=(posted(10, 120, "7/1"),))
    assert diagnosed(PLAYBOOK, rest).cause == "not_a_conflict"


def test_component_scrap_of_the_bill_is_allowed_where_the_order_lists_no_components() -> None:
    bill = bom(BomItem("0010", PART, pieces(2), scrap_percent=Decimal(10)))
    case = facts(report(pieces(110)), bom=bill, order=replace(order(), components=()))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"


def test_a_component_of_another_operation_is_not_allowed_at_this_one() -> None:
    two = order()
    other = Operation("0020", "TEST-01", "Test", pieces(100), pieces(0), pieces(0))
    case = facts(
        report(pieces(100), operation="0020"),
        order=replace(two, operations=(*two.operations, other)),
    )
    assert diagnosed(PLAYBOOK, case).cause is None


def test_scrap_and_rework_take_material_as_good_pieces_do() -> None:
    case = facts(report(pieces(120), yielded=40, scrapped=10, reworked=10))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"


def test_a_unit_without_a_factor_on_record_is_left_to_a_person() -> None:
    assert diagnosed(PLAYBOOK, facts(report(pieces(3, "KG")))).cause is None


def test_a_material_neither_order_nor_bill_knows_is_left_to_a_person() -> None:
    case = facts(report(pieces(3)), material=replace(SEAT, number="RM-SOMETHING"))
    assert diagnosed(PLAYBOOK, case).cause is None


# What notes may and may not do.


def test_a_note_of_setup_proposes_and_never_decides() -> None:
    found = diagnosed(PLAYBOOK, facts(report(pieces(115), note="Verlust beim Einrichten")))
    assert (found.cause, found.free_text_only, found.decisive) == ("setup_waste", True, False)


def test_setup_time_beside_the_note_is_evidence_yet_not_decisive() -> None:
    times = (ActivityUse("SETUP", Quantity(Decimal(30), "MIN")),)
    case = facts(report(pieces(115), note="Einrichtverlust", activities=times))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.free_text_only, found.decisive) == ("setup_waste", False, False)


@pytest.mark.parametrize(
    ("used", "note"),
    [
        (320, "Rüstverlust, paar Sitze"),
        (130, "vertippt"),
        (60, "10 Sitze Ausschuss"),
        (1000, "alles Ausschuss"),
    ],
)
def test_a_note_the_numbers_rule_out_is_a_contradiction_and_is_asked(used: int, note: str) -> None:
    found = diagnosed(PLAYBOOK, facts(report(pieces(used), note=note)))
    assert (found.cause, found.contested) == (None, True)


def test_a_surplus_nobody_explains_has_no_cause() -> None:
    assert diagnosed(PLAYBOOK, facts(report(pieces(120)))).cause is None


def test_a_loss_at_a_setup_is_what_the_setup_took() -> None:
    found = diagnosed(PLAYBOOK, facts(report(pieces(115), note="15 zerbrochen beim Rüsten")))
    assert found.cause == "setup_waste"


def test_setup_that_the_note_denies_is_none_though_its_time_was_reported() -> None:
    times = (ActivityUse("SETUP", Quantity(Decimal(30), "MIN")),)
    denied = report(pieces(115), note="nicht vom Rüsten, 15 zerbrochen", activities=times)
    assert diagnosed(PLAYBOOK, facts(denied)).cause == "unrecorded_scrap"


def test_setup_in_the_note_contests_the_scrap_report_of_the_same_parts() -> None:
    reported = report(pieces(115), note="15 Teile beim Anlauf")
    assert diagnosed(PLAYBOOK, facts(reported, scraps=(scrap(15, PART),))).contested


def test_a_note_that_does_not_know_explains_nothing() -> None:
    assert diagnosed(PLAYBOOK, facts(report(pieces(115), note="Bruch oder Rüsten"))).cause is None


def test_a_package_of_a_power_of_ten_and_a_slipped_point_leave_each_other_open() -> None:
    hundred = replace(SEAT, conversions=(AlternativeUnit("PAK", Decimal(100), Decimal(1)),))
    assert not diagnosed(PLAYBOOK, facts(report(pieces(1)), material=hundred)).decisive
    assert diagnosed(PLAYBOOK, facts(report(pieces(1)))).decisive


def test_a_part_that_no_bill_allows_instead_is_never_posted_as_a_substitute() -> None:
    case = facts(report(pieces(80), note="Ersatz verbaut"))
    assert diagnosed(PLAYBOOK, case).cause is None
    assert isinstance(PLAYBOOK.remedy("substituted", case, plant()), Unsettled)


# What is done meanwhile, and what goes with a remedy.


@pytest.mark.parametrize(
    ("state", "held"),
    [
        (ConfirmationState.PENDING, True),
        (ConfirmationState.REFUSED, True),
        (ConfirmationState.HELD, False),
        (ConfirmationState.POSTED, False),
    ],
)
def test_only_what_has_not_gone_out_is_held(state: ConfirmationState, held: bool) -> None:
    soft = PLAYBOOK.in_doubt(facts(report(pieces(120), state=state)), plant(), ("setup_waste",))
    assert any(isinstance(action, HoldConfirmation) for action in soft) is held


def test_a_reason_is_written_in_the_shop_floors_own_words() -> None:
    mapped = plant().model_copy(update={"mappings": Mappings(reason_codes={"V-RST": "0010"})})
    case = facts(report(pieces(115)))
    plan = PLAYBOOK.remedy("setup_waste", case, mapped)
    assert isinstance(plan, Remedy)
    assert isinstance(plan.hard[1], ReportConfirmation)
    assert plan.hard[1].draft.variance_reason == "V-RST"


def test_into_a_closed_period_nothing_is_posted() -> None:
    late = report(pieces(1000), posting_date=PERIOD.opens.replace(month=2))
    plan = remedied(PLAYBOOK, facts(late), "entry_error")
    assert isinstance(plan.hard[1], ReportConfirmation)
    assert (plan.hard[1].draft.posting_date, plan.into_closed_period) == (TODAY, True)


# Properties.

GREASE = Material(
    number=PART,
    plant="1010",
    description="Grease",
    type="ROH",
    group="CHEM",
    base_unit="KG",
    conversions=(AlternativeUnit("L", Decimal(10), Decimal(11)),),
    standard_price=Money(Decimal("18.50"), "EUR"),
)
AMOUNTS = st.decimals("0.001", "9999", places=3)


@given(allowed=AMOUNTS, code=st.sampled_from(["G", "LB", "OZ", "L", "TO"]), slip=st.booleans())
def test_every_quantity_of_a_remedy_adds_up_whatever_unit_was_meant(
    allowed: Decimal, code: str, slip: bool
) -> None:
    one = order()
    needs = tuple(replace(c, required=Quantity(allowed, "KG")) for c in one.components)
    number = allowed if code == "TO" and slip else allowed * 1000
    lines = (MaterialUse(PART, Quantity(number, "KG"), "0002"),)
    case = facts(
        report(uses=lines, yielded=100), order=replace(one, components=needs), material=GREASE
    )
    for cause in ("wrong_unit", "entry_error", "setup_waste", "unrecorded_scrap"):
        plan = PLAYBOOK.remedy(cause, case, plant())
        if isinstance(plan, Remedy):
            said = {one.check: one.result for one in proved(case, plan).verdicts}
            assert said["quantities_add_up"] == "passed"
            assert said["every_quantity_has_a_source"] == "passed"


@given(used=st.integers(0, 5000), yielded=st.integers(0, 100), note=st.text(max_size=60))
def test_a_contested_or_causeless_diagnosis_never_comes_with_a_correction(
    used: int, yielded: int, note: str
) -> None:
    case = facts(report(pieces(used), yielded=yielded, note=note))
    found = diagnosed(PLAYBOOK, case)
    assert found.cause is None or not found.contested
    assert not (found.decisive and found.free_text_only)


@given(used=st.integers(1, 5000), yielded=st.integers(1, 100))
def test_what_is_proposed_for_a_wrong_number_is_what_the_bill_allows(
    used: int, yielded: int
) -> None:
    case = facts(report(pieces(used), yielded=yielded))
    for cause in ("wrong_unit", "entry_error"):
        plan = PLAYBOOK.remedy(cause, case, plant())
        if isinstance(plan, Remedy):
            (quantity,) = used_in(plan)
            assert abs(quantity.amount - 2 * yielded) <= Decimal(2 * yielded) * 5 / 100

"""P9 by hand-built facts: one order for seats, one report of them, and what the ERP made of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agent.actions.post_movement import PostMovement
from agent.actions.report_issue import ReportIssue
from agent.actions.request_master_data import RequestMasterData
from agent.case.remedy import Unsettled
from agent.playbooks.materials.unit_of_measure import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PERIOD,
    STEP,
    TODAY,
    diagnosed,
    kinds,
    material,
    order,
    pieces,
    plant,
    proved,
    remedied,
    signal,
    stock,
)
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.units import AlternativeUnit

MARK = Reference.of("taken").short
NOT_A_CONFLICT = "not_a_conflict"


def seats(carton: str = "200", unit: str = "KAR") -> Material:
    factors = (AlternativeUnit(unit, Decimal(carton), Decimal(1)),)
    return replace(material(PART, "1.14"), conversions=factors)


def document(number: str, amount: str, unit: str, note: str = "") -> MaterialDocument:
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=PART,
        plant="1010",
        quantity=Quantity(Decimal(amount), unit),
        location="0002",
        order=ORDER,
        operation=STEP,
        reservation=ORDER,
        item="1",
    )
    return MaterialDocument(number, TODAY, NOW, (line,), MARK, note)


def facts(
    said: str, unit: str, booked: tuple[str, str] | None = None, note: str = "", **more: Any
) -> Facts:
    """Two hundred seats are open on the order before anything of this was booked."""
    its = order(100)
    if booked is not None:
        withdrawn = pieces(booked[0]) if booked[1] == "ST" else pieces(booked[0]) * 200
        component = replace(its.components[0], withdrawn=withdrawn)
        its = replace(its, components=(component,))
    plain = Facts(
        signal=signal("concord.unit.mismatch.v1", material=PART, document="TX1"),
        today=TODAY,
        order=its,
        material=seats(),
        own=seats(),
        issue=document("TX1", said, unit, note),
        booked=(document("49/2026", *booked),) if booked else (),
        stock=stock(PART),
        period=PERIOD,
    )
    return replace(plain, **more)


def cause(its: Facts) -> str | None:
    return diagnosed(PLAYBOOK, its).cause


def test_a_lost_unit_is_cancelled_and_posted_with_what_was_reported() -> None:
    its = facts("1", "KAR", ("1", "ST"))
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("wrong_unit", True)
    plan = remedied(PLAYBOOK, its, "wrong_unit")
    assert kinds(plan) == ["cancel_movement", "post_movement"]
    action = plan.hard[1]
    assert isinstance(action, PostMovement)
    assert action.draft.lines[0].quantity == pieces(200)


def test_a_lost_point_is_put_right_in_the_erp() -> None:
    its = facts("150", "ST", ("15", "ST"))
    assert cause(its) == "decimal_slip"
    assert kinds(remedied(PLAYBOOK, its, "decimal_slip")) == ["cancel_movement", "post_movement"]


@pytest.mark.parametrize(
    ("said", "unit", "right", "expected"),
    [("150", "KAR", "0.75 KAR", "wrong_unit"), ("150000", "ST", "150 ST", "decimal_slip")],
)
def test_what_was_mistyped_and_fits_in_one_way_only_is_reported_anew(
    said: str, unit: str, right: str, expected: str
) -> None:
    its = facts(said, unit)
    assert cause(its) == expected
    plan = remedied(PLAYBOOK, its, expected)
    assert kinds(plan) == ["withdraw_issue", "report_issue"]
    action = plan.hard[1]
    assert isinstance(action, ReportIssue)
    assert str(action.draft.lines[0].quantity) == right


@pytest.mark.parametrize(
    "its",
    [
        facts("1500", "ST"),
        facts("90", "KAR", ("90", "ST")),
        facts("11", "ST", ("7", "ST")),
        replace(facts("1", "ST"), issue=None),
    ],
    ids=["two fit", "order cannot take it", "nothing explains", "no report"],
)
def test_a_person_is_asked_where_evidence_does_not_suffice(its: Facts) -> None:
    assert cause(its) is None
    for name in ("wrong_unit", "decimal_slip"):
        assert isinstance(PLAYBOOK.remedy(name, its, plant()), Unsettled)


@pytest.mark.parametrize("note", ["war wirklich nur einer", "Tippfehler"])
def test_a_note_against_the_numbers_leaves_the_cause_to_a_person(note: str) -> None:
    its = facts("1", "KAR", ("1", "ST"), note=note)
    assert cause(its) is None
    for name in ("wrong_unit", "decimal_slip"):
        plan = remedied(PLAYBOOK, its, name)
        assert kinds(plan) == ["cancel_movement", "post_movement"]


def test_a_note_nobody_understands_leaves_the_cause_and_takes_the_decision_away() -> None:
    its = facts("1", "KAR", ("1", "ST"), note="siehe Tafel")
    assert cause(its) == "wrong_unit"
    assert remedied(PLAYBOOK, its, "wrong_unit").unread_note
    counted = facts("1", "KAR", ("1", "ST"), note="ein Karton")
    assert not remedied(PLAYBOOK, counted, "wrong_unit").unread_note


def test_a_note_names_the_cause_where_several_numbers_fit_but_no_number() -> None:
    its = facts("1500", "ST", note="Null zu viel, 49 waren es")
    diagnosis = diagnosed(PLAYBOOK, its)
    assert (diagnosis.cause, diagnosis.free_text_only) == ("decimal_slip", True)
    assert isinstance(PLAYBOOK.remedy("decimal_slip", its, plant()), Unsettled)


@pytest.mark.parametrize(
    ("its", "expected"),
    [
        (replace(facts("1", "KAR", ("1", "KAR")), own=seats("180")), "factor_differs"),
        (replace(facts("1", "KAR"), material=seats(unit="PAK")), "factor_missing"),
    ],
    ids=["differs", "missing"],
)
def test_a_factor_is_asked_for_with_what_both_sides_have(its: Facts, expected: str) -> None:
    assert cause(its) == expected
    plan = PLAYBOOK.remedy(expected, its, plant())
    assert isinstance(plan, Unsettled)
    request = next(one for one in plan.soft if isinstance(one, RequestMasterData))
    assert request.wanted.open == ()
    assert "MES 1 = " in request.wanted.evidence


def test_another_base_unit_is_a_persons_matter() -> None:
    own = replace(seats(), base_unit="ROL", conversions=())
    its = replace(facts("20", "ST", ("20", "ST")), own=own)
    assert cause(its) == "base_unit_differs"
    assert isinstance(PLAYBOOK.remedy("base_unit_differs", its, plant()), Unsettled)


@pytest.mark.parametrize(
    "its",
    [
        facts("1", "KAR", ("200", "ST")),
        facts("0.333333", "KAR", ("66.667", "ST")),
        facts("1", "KAR"),
    ],
    ids=["same", "rounding", "on its way"],
)
def test_the_same_amount_is_no_conflict(its: Facts) -> None:
    assert cause(its) == NOT_A_CONFLICT
    assert kinds(remedied(PLAYBOOK, its, NOT_A_CONFLICT)) == []


def test_a_stock_that_does_not_cover_what_is_posted_fails_the_proof() -> None:
    its = facts("1", "KAR", ("1", "ST"))
    plan = remedied(PLAYBOOK, its, "wrong_unit")
    assert not proved(replace(its, stock=()), plan).passed

"""P17 by hand-built facts: one order for castings, and a report of something the ERP lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.actions.report_issue import ReportIssue
from agent.actions.request_master_data import RequestMasterData
from agent.case.remedy import Unsettled
from agent.playbooks.masterdata.gap import PLAYBOOK, Facts
from agent.playbooks.nearest import mistyped
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
    remedied,
    signal,
)
from tools.objects.cost import CostObject, CostObjectKind
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.reference import Reference

OLD = "SITZ-M"
SEAT = replace(material(PART, "1.14"), description="Seat PTFE medium", old_number=OLD)
NOT_A_CONFLICT = "not_a_conflict"


def issue(named: str, note: str = "") -> MaterialDocument:
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=named,
        plant="1010",
        quantity=pieces(20),
        location="0002",
        order=ORDER,
        operation=STEP,
    )
    return MaterialDocument("TX1", TODAY, NOW, (line,), Reference.of("taken").short, note)


def facts(named: str = OLD, note: str = "", **more: Any) -> Facts:
    plain = Facts(
        signal=signal("concord.masterdata.missing.v1", material=named, message="IM1"),
        today=TODAY,
        order=order(),
        known=None,
        own=replace(material(named), description="something"),
        alike=(SEAT,) if named == OLD else (),
        parts=(SEAT,),
        center=None,
        centers=(),
        payer=None,
        payers=(),
        issue=issue(named, note),
        booked=(),
        period=PERIOD,
    )
    return replace(plain, **more)


def cause(its: Facts) -> str | None:
    return diagnosed(PLAYBOOK, its).cause


def reported(its: Facts, name: str) -> ReportIssue:
    plan = remedied(PLAYBOOK, its, name)
    assert kinds(plan) == ["withdraw_issue", "report_issue"]
    action = plan.hard[1]
    assert isinstance(action, ReportIssue)
    return action


def test_an_old_number_is_reported_anew_as_the_orders_own_component() -> None:
    its = facts()
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("old_number", True)
    line = reported(its, "old_number").draft.lines[0]
    assert (line.material, line.reservation, line.item) == (PART, ORDER, "1")
    assert line.quantity == pieces(20)


@pytest.mark.parametrize(
    ("its", "expected"),
    [
        (facts("RM-SEAT-N"), "typo"),
        (
            facts("SITZ", own=replace(material("SITZ"), description="seat ptfe MEDIUM")),
            "other_name",
        ),
        (
            facts("OLD-1", known=replace(material("OLD-1"), blocked=True, successor=PART)),
            "successor",
        ),
    ],
    ids=["typo", "other name", "successor"],
)
def test_what_is_near_and_in_the_order_is_proposed(its: Facts, expected: str) -> None:
    assert cause(its) == expected
    assert reported(its, expected).draft.lines[0].material == PART


OTHER: Material = replace(material("RM-SEAT-K"), old_number=OLD)


@pytest.mark.parametrize(
    "its",
    [
        facts(alike=(SEAT, OTHER)),
        facts(alike=(OTHER,)),
        facts(note="wirklich was anderes als sonst"),
        facts("RM-SEAT-N", parts=(SEAT, replace(material("RM-SEAT-K")))),
    ],
    ids=["two of one old number", "not in the order", "note insists", "two as near"],
)
def test_a_person_is_asked_where_several_are_meant_or_evidence_contradicts(its: Facts) -> None:
    assert cause(its) is None


def test_a_note_nobody_understands_takes_the_decision_away_and_one_that_agrees_does_not() -> None:
    assert remedied(PLAYBOOK, facts(note="siehe Schichtbuch"), "old_number").unread_note
    assert remedied(PLAYBOOK, facts(note="kein altes Etikett"), "old_number").unread_note
    assert not remedied(PLAYBOOK, facts(note="altes Etikett gescannt"), "old_number").unread_note


def test_what_nobody_has_is_asked_for_and_booked_on_nothing_else() -> None:
    its = facts("V-88120")
    assert cause(its) == "not_created"
    plan = PLAYBOOK.remedy("not_created", its, plant())
    assert isinstance(plan, Unsettled)
    request = next(one for one in plan.soft if isinstance(one, RequestMasterData)).wanted
    assert dict(request.fields)["base unit"] == "ST"
    assert request.open == ("industry sector",)
    assert "industry sector: to be decided" in request.text


def test_a_blocked_material_is_not_reported_again() -> None:
    its = facts(parts=(replace(SEAT, blocked=True),))
    assert isinstance(PLAYBOOK.remedy("old_number", its, plant()), Unsettled)
    assert cause(facts("X", known=replace(material("X"), blocked=True))) == "blocked"


def test_what_was_created_since_is_sent_again_and_what_is_booked_left_alone() -> None:
    its = facts(PART, known=SEAT)
    assert cause(its) == NOT_A_CONFLICT
    assert kinds(remedied(PLAYBOOK, its, NOT_A_CONFLICT)) == ["retry_message"]
    booked = replace(its, booked=(issue(PART),))
    assert kinds(remedied(PLAYBOOK, booked, NOT_A_CONFLICT)) == []


def test_cost_centres_and_work_centres_are_named_never_booked() -> None:
    payer = CostObject("4120", CostObjectKind.COST_CENTER, "1010", "Machining")
    asked = signal("concord.masterdata.missing.v1", cost_center="1420")
    its = facts(signal=asked, payers=(payer,), issue=None)
    assert cause(its) == "typo"
    plan = PLAYBOOK.remedy("typo", its, plant())
    assert isinstance(plan, Unsettled)
    assert "4120 Machining" in str(plan.question)
    assert cause(replace(its, payer=replace(payer, locked=True))) == "blocked"
    assert cause(replace(its, payer=payer)) == NOT_A_CONFLICT


@pytest.mark.parametrize(
    ("wrong", "right", "slip"),
    [
        ("RM-0R-M", "RM-OR-M", True),
        ("CR-TLAC", "CR-TALC", True),
        ("CNC-1", "CNC-01", True),
        ("CR-TALCC", "CR-TALC", True),
        ("CR-TALC", "CR-TALC", False),
        ("CR-TIO2", "CR-TALC", False),
        ("A1", "A2", False),
    ],
)
def test_a_slip_is_one_character_or_two_that_swapped(wrong: str, right: str, slip: bool) -> None:
    assert mistyped(wrong, right) is slip
    assert mistyped(right, wrong) is slip

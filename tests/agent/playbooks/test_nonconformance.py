"""P21 by hand-built facts: a defect of seats without batches, or of a batch of castings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.actions.open_task import OpenTask
from agent.actions.place_hold import PlaceHold
from agent.actions.post_movement import PostMovement
from agent.case.remedy import Unsettled
from agent.playbooks.quality.nonconformance import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PERIOD,
    PRODUCT,
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
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.nonconformance import Held, Hold, Nonconformance, Severity
from tools.objects.quantity import Quantity
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine, StockType

LOT, NUMBER, NOT_A_CONFLICT = "B1", "NC1", "not_a_conflict"
PAYER = CostObject("4120", CostObjectKind.COST_CENTER, "1010", "Machining")
ON_HOLD = Hold("H1", "1010", Held.BATCH, LOT, "bad", NOW, "QS")


def lies(amount: int, place: str = "0002", lot: str | None = None, **more: Any) -> StockLine:
    free = StockLine(PART, "1010", place, StockType.UNRESTRICTED, pieces(amount), lot)
    return replace(free, **more)


def defect(amount: int = 6, lot: str | None = None, **more: Any) -> Nonconformance:
    plain = Nonconformance(
        number=NUMBER,
        plant="1010",
        order=ORDER,
        operation=STEP,
        material=PART,
        code="DIM",
        quantity=pieces(amount),
        severity=Severity.MAJOR,
        logged_at=NOW,
        batch=lot,
    )
    return replace(plain, **more)


def taken(type_: MovementType, amount: int, lot: str | None = None) -> MaterialDocument:
    line = GoodsMovement(type_, PART, "1010", pieces(amount), "0002", lot, ORDER)
    return MaterialDocument("M1", TODAY, NOW + timedelta(minutes=5), (line,))


def scrapped(amount: int, reason: str = "S01") -> ScrapReport:
    return ScrapReport("SR1", "1010", ORDER, STEP, PART, pieces(amount), reason, NOW)


def facts(**more: Any) -> Facts:
    plain = Facts(
        signal=signal("concord.nonconformance.logged.v1", material=PART, nonconformance=NUMBER),
        today=TODAY,
        order=order(),
        material=material(PART, "1.14"),
        stock=(lies(600), lies(400, "0001")),
        moves=(),
        defects=(defect(),),
        holds=(),
        scraps=(),
        centers=(),
        payers=(PAYER,),
        period=PERIOD,
    )
    return replace(plain, **more)


def of_a_batch(**more: Any) -> Facts:
    named = signal(
        "concord.nonconformance.logged.v1", material=PART, nonconformance=NUMBER, batch=LOT
    )
    plain = facts(
        signal=named,
        material=replace(material(PART, "1.14"), batch_managed=True),
        stock=(lies(12, lot=LOT), lies(8, "0001", LOT), lies(500, lot="B2")),
        defects=(defect(lot=LOT),),
        holds=(ON_HOLD,),
    )
    return replace(plain, **more)


def cause(its: Facts) -> str | None:
    return diagnosed(PLAYBOOK, its).cause


def moved(its: Facts, name: str) -> list[tuple[str, Quantity, str | None, str | None]]:
    plan = remedied(PLAYBOOK, its, name)
    assert kinds(plan) == ["post_movement"]
    action = plan.hard[0]
    assert isinstance(action, PostMovement)
    rows = action.draft.lines
    return [(one.type.value, one.quantity, one.location, one.batch) for one in rows]


def test_a_batch_is_blocked_wherever_it_lies_and_no_other_batch() -> None:
    its = of_a_batch()
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("block_missing", True)
    assert moved(its, "block_missing") == [
        ("344", pieces(12), "0002", LOT),
        ("344", pieces(8), "0001", LOT),
    ]


def test_without_batches_only_what_was_logged_is_blocked_where_the_order_takes_it() -> None:
    its = facts()
    assert cause(its) == "block_missing"
    assert moved(its, "block_missing") == [("344", pieces(6), "0002", None)]


def test_a_batch_nobody_holds_is_held_and_quality_told_with_its_cost() -> None:
    plan = remedied(PLAYBOOK, of_a_batch(holds=()), "block_missing")
    hold, told = plan.soft
    assert isinstance(hold, PlaceHold)
    assert isinstance(told, OpenTask)
    assert (hold.held, hold.object) == (Held.BATCH, LOT)
    assert "NC1 DIM, major" in told.draft.text
    assert "Rework or scrap: up to 6.84 EUR" in told.draft.text


def test_ignition_names_a_batch_with_its_material() -> None:
    soft = PLAYBOOK.in_doubt(of_a_batch(holds=()), plant("1710"), ())
    hold = soft[0]
    assert isinstance(hold, PlaceHold)
    assert hold.object == f"{PART}/{LOT}"


def test_what_is_partly_used_is_blocked_by_a_person() -> None:
    its = of_a_batch(moves=(taken(MovementType.ISSUE_ORDER, 10, LOT),))
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("block_missing", False)


def test_what_is_used_up_is_a_question() -> None:
    its = of_a_batch(stock=(), moves=(taken(MovementType.ISSUE_ORDER, 10, LOT),))
    assert cause(its) == "used_up"
    assert isinstance(PLAYBOOK.remedy("used_up", its, plant()), Unsettled)


def test_what_only_the_erp_has_blocked_is_held_at_once_and_a_person_sees_it() -> None:
    its = of_a_batch(stock=(lies(20, lot=LOT, type=StockType.BLOCKED),), holds=())
    assert cause(its) == "hold_missing"
    plan = PLAYBOOK.remedy("hold_missing", its, plant())
    assert isinstance(plan, Unsettled)
    assert [one.kind for one in plan.soft] == ["place_hold", "open_task"]
    assert cause(replace(its, holds=(ON_HOLD,))) == NOT_A_CONFLICT


def test_scrap_is_booked_on_a_report_with_reason_and_cost_centre() -> None:
    its = facts(scraps=(scrapped(6),))
    assert cause(its) == "scrapped"
    assert moved(its, "scrapped") == [("551", pieces(6), "0002", None)]
    plan = remedied(PLAYBOOK, its, "scrapped")
    action = plan.hard[0]
    assert isinstance(action, PostMovement)
    line = action.draft.lines[0]
    assert (line.reason, line.cost_center) == ("0001", "4120")
    assert str(plan.value) == "6.84 EUR"


@pytest.mark.parametrize(
    "its",
    [
        facts(scraps=(scrapped(6, "S99"),)),
        facts(scraps=(scrapped(6),), payers=(replace(PAYER, locked=True),)),
        facts(scraps=(scrapped(6),), payers=()),
        facts(),
        of_a_batch(),
    ],
    ids=["code not mapped", "cost centre locked", "not the order's", "no report", "a batch"],
)
def test_nothing_is_scrapped_without_report_reason_and_cost_centre(its: Facts) -> None:
    assert isinstance(PLAYBOOK.remedy("scrapped", its, plant()), Unsettled)


@pytest.mark.parametrize(
    "its",
    [
        facts(defects=(defect(note="6 Stk verworfen"),)),
        facts(defects=(defect(note="schon verbaut"),)),
        of_a_batch(defects=(defect(lot=LOT, note="Fehlalarm"),)),
        facts(defects=(defect(),), scraps=(scrapped(60),)),
        of_a_batch(defects=(defect(50, LOT),)),
        of_a_batch(defects=(defect(lot="B2"),)),
        of_a_batch(defects=(defect(lot=LOT, open=False),)),
        facts(material=replace(material(PART), batch_managed=True)),
        facts(defects=()),
        facts(defects=(defect(quantity=Quantity(pieces(6).amount, "KG")),)),
    ],
    ids=[
        "thrown away, in words",
        "built in, in words",
        "taken back, in words",
        "scrap of another quantity",
        "more than there is",
        "another batch",
        "closed but held",
        "no batch",
        "no defect",
        "another unit",
    ],
)
def test_a_person_is_asked_where_evidence_contradicts_or_is_missing(its: Facts) -> None:
    assert cause(its) is None


def test_a_denied_word_is_not_said_and_a_strange_note_is_read_by_a_person() -> None:
    denied = of_a_batch(defects=(defect(lot=LOT, note="kein Fehlalarm, Riss"),))
    assert cause(denied) == "block_missing"
    assert not remedied(PLAYBOOK, denied, "block_missing").unread_note
    strange = of_a_batch(defects=(defect(lot=LOT, note="s. Foto 14"),))
    assert remedied(PLAYBOOK, strange, "block_missing").unread_note


@pytest.mark.parametrize(
    "its",
    [
        facts(defects=(defect(open=False),)),
        facts(defects=(defect(severity=Severity.MINOR),)),
        facts(moves=(taken(MovementType.BLOCK, 6),)),
    ],
    ids=["closed", "minor", "blocked since"],
)
def test_what_is_settled_or_minor_stays_as_it_is(its: Facts) -> None:
    assert cause(its) == NOT_A_CONFLICT


def test_a_product_in_work_is_quality_s_and_a_critical_one_stops_the_order() -> None:
    asked = signal("concord.nonconformance.logged.v1", material=PRODUCT, nonconformance=NUMBER)
    its = facts(signal=asked, material=material(), defects=(defect(material=PRODUCT),), stock=())
    assert cause(its) == "in_work"
    assert kinds(remedied(PLAYBOOK, its, "in_work")) == []
    critical = (defect(material=PRODUCT, severity=Severity.CRITICAL),)
    plan = PLAYBOOK.remedy("in_work", replace(its, defects=critical), plant())
    assert isinstance(plan, Unsettled)
    hold = plan.soft[0]
    assert isinstance(hold, PlaceHold)
    assert (hold.held, hold.object) == (Held.ORDER, ORDER)

"""P11 by hand-built facts: one part at the line, what the books show, and what explains it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.case.remedy import Unsettled
from agent.playbooks.materials.inventory_variance import PLAYBOOK, Facts
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
)
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import SyncMessage, SyncState

NOT_A_CONFLICT = "not_a_conflict"


def lying(amount: int, place: str = "0002", batch: str | None = None, **more: Any) -> StockLine:
    kind = more.get("type", StockType.UNRESTRICTED)
    return StockLine(PART, "1010", place, kind, pieces(amount), batch)


def issued(number: str, amount: int, mark: str | None = "MARK-1") -> MaterialDocument:
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=PART,
        plant="1010",
        quantity=pieces(amount),
        location="0002",
        order=ORDER,
    )
    return MaterialDocument(number, TODAY, NOW, (line,), mark)


def scrapped(amount: int, reason: str = "S01", note: str = "") -> ScrapReport:
    thrown = pieces(amount)
    return ScrapReport("SR1", "1010", ORDER, STEP, PART, thrown, reason, NOW, None, True, note)


def booked_scrap(amount: int) -> MaterialDocument:
    line = GoodsMovement(MovementType.SCRAP, PART, "1010", pieces(amount), "0002")
    return MaterialDocument("55/2026", TODAY, NOW + timedelta(hours=1), (line,))


def on_its_way(state: SyncState = SyncState.QUEUED) -> SyncMessage:
    return SyncMessage("IM1", "1010", "GOODS_ISSUE", "TX9", state, NOW, order=ORDER)


def facts(books: int = 1000, count: int = 960, words: str = "", **more: Any) -> Facts:
    asked = signal("concord.inventory.variance.v1", material=PART, location="0002")
    plain = Facts(
        signal=replace(asked, text=words),
        today=TODAY,
        material=material(PART, "1.14"),
        stock=(lying(books),),
        counted=(lying(count),),
        booked=(),
        reported=(),
        waiting=(),
        unsent=(),
        unsent_reports=(),
        scrapped=(),
        order_scrapped=None,
        order=order(),
        period=PERIOD,
    )
    return replace(plain, **more)


def cause(its: Facts) -> str | None:
    return diagnosed(PLAYBOOK, its).cause


def lines(its: Facts, name: str) -> list[GoodsMovement]:
    """Return what a proved remedy books."""
    plan = remedied(PLAYBOOK, its, name)
    return [
        line
        for action in plan.hard
        if isinstance(action, PostMovement)
        for line in action.draft.lines
    ]


def test_scrap_that_was_reported_is_booked_with_its_reason() -> None:
    its = facts(scrapped=(scrapped(40),))
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("unrecorded_scrap", True)
    line = lines(its, "unrecorded_scrap")[0]
    assert (line.type, line.quantity, line.reason) == (MovementType.SCRAP, pieces(40), "0001")


def test_scrap_read_twice_counts_once() -> None:
    its = facts(scrapped=(scrapped(40),), order_scrapped=(scrapped(40),))
    assert [line.quantity for line in lines(its, "unrecorded_scrap")] == [pieces(40)]


def test_scrap_without_a_reason_in_the_erp_is_never_posted() -> None:
    its = facts(scrapped=(scrapped(40, "S99"),))
    assert isinstance(PLAYBOOK.remedy("unrecorded_scrap", its, plant()), Unsettled)


@pytest.mark.parametrize(
    "its",
    [
        facts(scrapped=(scrapped(12),)),
        facts(scrapped=(scrapped(40),), waiting=(on_its_way(),), unsent=(issued("TX9", 40),)),
        facts(scrapped=(scrapped(40),), booked=(booked_scrap(40),)),
        facts(scrapped=(scrapped(40),), words="40 zurückgelegt, nicht verschrottet"),
        facts(words="beschädigt oder gestohlen"),
        facts(words="zweimal gezählt"),
        facts(),
    ],
    ids=["too little", "twice", "booked already", "words against", "two words", "no cause", "none"],
)
def test_a_person_counts_where_evidence_contradicts_or_is_missing(its: Facts) -> None:
    assert cause(its) is None
    asked = PLAYBOOK.in_doubt(its, plant(), ())
    assert [type(one) for one in asked] == [OpenTask]


@pytest.mark.parametrize("name", ["unrecorded_scrap", "loss", "recording_error", "wrong_location"])
def test_no_adjustment_is_worked_out_for_a_cause_that_nothing_supports(name: str) -> None:
    assert isinstance(PLAYBOOK.remedy(name, facts(), plant()), Unsettled)


@pytest.mark.parametrize("name", ["unrecorded_scrap", "loss", "late_posting", NOT_A_CONFLICT])
def test_records_that_do_not_add_up_settle_nothing_whoever_names_the_cause(name: str) -> None:
    for amount in (12, 41):
        its = facts(words="zweimal gezählt, verschwunden", scrapped=(scrapped(amount),))
        assert isinstance(PLAYBOOK.remedy(name, its, plant()), Unsettled)


def test_what_is_on_its_way_is_left_alone() -> None:
    its = facts(waiting=(on_its_way(),), unsent=(issued("TX9", 40),))
    assert cause(its) == "late_posting"
    assert kinds(remedied(PLAYBOOK, its, "late_posting")) == []


def test_what_was_refused_is_settled_by_its_own_message() -> None:
    its = facts(waiting=(on_its_way(SyncState.FAILED),), unsent=(issued("TX9", 40),))
    assert cause(its) == "posting_refused"
    assert isinstance(PLAYBOOK.remedy("posting_refused", its, plant()), Unsettled)


def test_only_what_is_left_after_the_waiting_issue_is_scrapped() -> None:
    its = facts(scrapped=(scrapped(15),), waiting=(on_its_way(),), unsent=(issued("TX9", 25),))
    assert [line.quantity for line in lines(its, "unrecorded_scrap")] == [pieces(15)]


def test_an_issue_booked_by_hand_too_is_cancelled() -> None:
    twice = (issued("1/2026", 30), issued("2/2026", 30, None))
    its = facts(930, 960, booked=twice, reported=(issued("TX1", 30),))
    assert cause(its) == "recording_error"
    plan = remedied(PLAYBOOK, its, "recording_error")
    assert (kinds(plan), plan.hard[0].touches) == (["cancel_movement"], f"stock/{PART}/1010")
    assert getattr(plan.hard[0], "document", None) == "2/2026"


def test_a_wrong_amount_is_cancelled_and_posted_as_reported() -> None:
    its = facts(996, 960, booked=(issued("1/2026", 4),), reported=(issued("TX1", 40),))
    assert cause(its) == "recording_error"
    assert [line.quantity for line in lines(its, "recording_error")] == [pieces(40)]
    assert isinstance(
        PLAYBOOK.remedy("recording_error", replace(its, order=None), plant()), Unsettled
    )


def test_what_lies_at_another_counted_place_is_moved_there() -> None:
    its = facts(stock=(lying(500), lying(300, "0005")), counted=(lying(600), lying(200, "0005")))
    assert (cause(its), diagnosed(PLAYBOOK, its).decisive) == ("wrong_location", True)
    line = lines(its, "wrong_location")[0]
    assert (line.location, line.to_location, line.quantity) == ("0005", "0002", pieces(100))


@pytest.mark.parametrize(
    ("its", "expected"),
    [
        (
            facts(
                stock=(lying(500, batch="A"), lying(300, batch="B")),
                counted=(lying(460, batch="A"), lying(340, batch="B")),
            ),
            "wrong_batch",
        ),
        (facts(stock=(lying(500), lying(60, type=StockType.IN_TRANSIT)), counted=(lying(560),)),
         "in_transit"),
        (facts(stock=(lying(500), lying(60, type=StockType.QUALITY)), counted=(lying(560),)),
         "status_differs"),
        (facts(words="Frühschicht hat sich verzählt"), "miscounted"),
        (facts(words="vermutlich gestohlen"), "loss"),
        (facts(words="Kiste beschädigt"), "unrecorded_scrap"),
    ],
    ids=["batch", "transit", "status", "miscounted", "lost, counted once", "scrap in words"],
)  # fmt: skip
def test_some_causes_are_named_and_still_a_persons_matter(its: Facts, expected: str) -> None:
    assert cause(its) == expected
    assert isinstance(PLAYBOOK.remedy(expected, its, plant()), Unsettled)


@pytest.mark.parametrize(
    ("count", "words", "name", "kind"),
    [
        (960, "counted twice, vanished", "loss", MovementType.INVENTORY_LOSS),
        (1040, "zurückgelegt, nachgezählt", "unrecorded_return", MovementType.INVENTORY_GAIN),
    ],
    ids=["lost", "returned"],
)
def test_a_second_count_and_a_named_cause_make_an_adjustment_a_person_may_sign(
    count: int, words: str, name: str, kind: MovementType
) -> None:
    its = facts(1000, count, words)
    diagnosis = diagnosed(PLAYBOOK, its)
    assert (diagnosis.cause, diagnosis.decisive, diagnosis.free_text_only) == (name, False, True)
    line = lines(its, name)[0]
    assert (line.type, line.quantity) == (kind, pieces(40))


@pytest.mark.parametrize(
    "its", [facts(1000, 1000), facts(1000, 995)], ids=["same", "within one percent"]
)
def test_the_same_stock_is_no_conflict(its: Facts) -> None:
    assert cause(its) == NOT_A_CONFLICT
    assert kinds(remedied(PLAYBOOK, its, NOT_A_CONFLICT)) == []


def test_a_place_the_shop_floor_does_not_count_at_all_is_not_taken_for_equal() -> None:
    assert cause(facts(counted=())) is None


def test_a_note_nobody_understands_is_read_first() -> None:
    its = facts(scrapped=(scrapped(40, note="richtig sind 400"),))
    assert cause(its) == "unrecorded_scrap"
    assert remedied(PLAYBOOK, its, "unrecorded_scrap").unread_note


def test_scrap_the_books_do_not_cover_fails_the_proof() -> None:
    its = facts(scrapped=(scrapped(40),))
    plan = remedied(PLAYBOOK, its, "unrecorded_scrap")
    assert not proved(replace(its, stock=()), plan).passed

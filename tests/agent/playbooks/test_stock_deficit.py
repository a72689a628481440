"""P10 by hand-built facts: forty seats wanted at the line, and where they may be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions.post_movement import PostMovement
from agent.case.remedy import Remedy, Unsettled
from agent.playbooks.materials.stock_deficit import PLAYBOOK, Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PERIOD,
    TODAY,
    confirmation,
    diagnosed,
    kinds,
    order,
    pieces,
    plant,
    proved,
    remedied,
    signal,
)
from tests.agent.playbooks.books import material as product
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.stock import StockLine, StockType
from tools.objects.units import AlternativeUnit

SEAT = replace(
    product(PART, "1.14"), conversions=(AlternativeUnit("KAR", Decimal(200), Decimal(1)),)
)
LINE, STORE, CAGE = "0002", "0001", "0004"
MARK = Reference.of("issue").guid


def lying(amount: int, location: str, **more: Any) -> StockLine:
    plain = StockLine(PART, "1010", location, StockType.UNRESTRICTED, pieces(amount))
    return replace(plain, **more)


def issued(*quantities: Quantity, reference: str = MARK) -> MaterialDocument:
    lines = tuple(
        GoodsMovement(
            type=MovementType.ISSUE_ORDER,
            material=PART,
            plant="1010",
            quantity=one,
            location=LINE,
            order=ORDER,
            reservation=ORDER,
            item="1",
        )
        for one in quantities
    )
    return MaterialDocument("TX1", TODAY, NOW, lines, reference)


def facts(*stock: StockLine, **more: Any) -> Facts:
    given_: dict[str, Any] = {
        "signal": signal("concord.posting.rejected.v1", "M7/021", material=PART, message="IM1"),
        "today": TODAY,
        "order": order(),
        "material": SEAT,
        "stock": stock,
        "booked": (),
        "issue": issued(pieces(40)),
        "reported": None,
        "line_side": (lying(0, LINE),),
        "period": PERIOD,
        **more,
    }
    return Facts(**given_)


@pytest.mark.parametrize(
    ("stock", "cause"),
    [
        ((lying(5, LINE), lying(100, STORE)), "transfer_not_booked"),
        ((lying(5, LINE),), "nowhere_in_plant"),
        ((lying(5, LINE), lying(90, CAGE, type=StockType.QUALITY)), "quality_hold"),
        ((lying(5, LINE), lying(90, CAGE, type=StockType.BLOCKED)), "quality_hold"),
        ((lying(5, LINE), lying(90, STORE, type=StockType.IN_TRANSIT)), "in_transit"),
        ((lying(5, LINE), lying(90, LINE, batch="B2")), "wrong_batch"),
        ((lying(5, LINE), lying(90, STORE, special="E")), "nowhere_in_plant"),
        ((lying(40, LINE),), "not_a_conflict"),
    ],
)
def test_the_stock_says_why_it_is_short(stock: tuple[StockLine, ...], cause: str) -> None:
    assert diagnosed(PLAYBOOK, facts(*stock)).cause == cause


def test_what_the_line_does_not_count_was_taken_elsewhere() -> None:
    case = facts(lying(5, LINE), lying(100, STORE), line_side=())
    assert diagnosed(PLAYBOOK, case).cause == "wrong_location"


def test_what_is_short_is_moved_and_the_message_sent_again() -> None:
    plan = remedied(PLAYBOOK, facts(lying(5, LINE), lying(100, STORE)), "transfer_not_booked")
    assert kinds(plan) == ["post_movement", "retry_message"]
    (move, _) = plan.hard
    assert isinstance(move, PostMovement)
    (line,) = move.draft.lines
    assert (line.quantity, line.location, line.to_location) == (pieces(35), STORE, LINE)


def test_without_a_message_the_issue_is_booked_too() -> None:
    unheard = signal("concord.stock.deficit.v1", material=PART)
    case = facts(lying(5, LINE), lying(100, STORE), signal=unheard)
    assert kinds(remedied(PLAYBOOK, case, "transfer_not_booked")) == [
        "post_movement",
        "post_movement",
    ]


def test_of_two_places_that_hold_enough_nobody_guesses_one() -> None:
    case = facts(lying(5, LINE), lying(100, STORE), lying(100, "0003"))
    assert diagnosed(PLAYBOOK, case).cause == "transfer_not_booked"
    asked = PLAYBOOK.remedy("transfer_not_booked", case, plant())
    assert isinstance(asked, Unsettled)
    assert "0001, 0003" in str(asked.question)


def test_a_refused_issue_that_is_covered_meanwhile_is_sent_again() -> None:
    case = facts(lying(400, LINE))
    assert kinds(remedied(PLAYBOOK, case, "not_a_conflict")) == ["retry_message"]


def test_an_issue_the_erp_has_under_its_reference_is_left_alone() -> None:
    case = facts(lying(0, LINE), booked=(issued(pieces(40), reference=MARK),))
    assert diagnosed(PLAYBOOK, case).cause == "not_a_conflict"
    assert kinds(remedied(PLAYBOOK, case, "not_a_conflict")) == []


def test_a_reversed_posting_is_none() -> None:
    undone = replace(issued(pieces(40)), reversed_by="49/2026")
    assert diagnosed(PLAYBOOK, facts(lying(0, LINE), booked=(undone,))).cause != "not_a_conflict"


def test_more_than_the_order_can_need_is_not_moved_for() -> None:
    case = facts(lying(5, LINE), lying(90_000, STORE), issue=issued(pieces(4000)))
    assert diagnosed(PLAYBOOK, case).cause == "issue_too_large"
    assert isinstance(PLAYBOOK.remedy("issue_too_large", case, plant()), Unsettled)


def test_of_several_issued_lines_the_one_that_falls_short_counts() -> None:
    one = issued(pieces(3), pieces(40))
    case = facts(lying(5, LINE), lying(100, STORE), issue=one)
    plan = remedied(PLAYBOOK, case, "transfer_not_booked")
    assert plan.derivations[0].terms[0].path == "issue.lines.1.quantity"


def test_a_confirmation_that_takes_the_material_is_an_issue_too() -> None:
    case = facts(lying(5, LINE), lying(100, STORE), issue=None, reported=confirmation("Q1", 20))
    assert diagnosed(PLAYBOOK, case).cause == "transfer_not_booked"


@pytest.mark.parametrize(
    "case",
    [
        facts(lying(5, LINE), issue=None),
        facts(lying(5, LINE), lying(100, STORE), issue=issued(pieces(2, "PAL"))),
    ],
)
def test_without_an_issue_in_a_unit_on_record_a_person_is_asked(case: Facts) -> None:
    assert diagnosed(PLAYBOOK, case).cause is None
    assert isinstance(PLAYBOOK.remedy("nowhere_in_plant", case, plant()), Unsettled)


@given(
    wanted=st.integers(1, 400),
    unit=st.sampled_from(["ST", "KAR"]),
    there=st.integers(0, 500),
    store=st.integers(0, 100_000),
)
def test_a_transfer_brings_exactly_what_is_short_and_never_more_than_lies_there(
    wanted: int, unit: str, there: int, store: int
) -> None:
    case = facts(lying(there, LINE), lying(store, STORE), issue=issued(pieces(wanted, unit)))
    plan = PLAYBOOK.remedy("transfer_not_booked", case, plant())
    base = wanted * (200 if unit == "KAR" else 1)
    if not isinstance(plan, Remedy):
        assert store < base - there or there >= base
        return
    (move,) = [action for action in plan.hard if isinstance(action, PostMovement)]
    assert move.draft.lines[0].quantity == pieces(base - there)
    assert base - there <= store
    assert proved(case, plan).passed


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from(StockType)), max_size=6))
def test_no_stock_that_may_not_be_used_is_ever_moved(
    lines: list[tuple[int, StockType]],
) -> None:
    stock = [lying(amount, f"01{at:02d}", type=kind) for at, (amount, kind) in enumerate(lines)]
    case = facts(lying(0, LINE), *stock)
    plan = PLAYBOOK.remedy("transfer_not_booked", case, plant())
    if isinstance(plan, Remedy):
        (move,) = [action for action in plan.hard if isinstance(action, PostMovement)]
        source = next(one for one in stock if one.location == move.draft.lines[0].location)
        assert source.type is StockType.UNRESTRICTED


# What was written on the issue.


def noted(note: str, *stock: StockLine, **more: Any) -> Facts:
    issue = replace(issued(pieces(40)), header_text=note)
    return facts(lying(5, LINE), *stock, issue=issue, **more)


@pytest.mark.parametrize(
    "note",
    [
        "Palette umgekippt, 40 zerbrochen",
        "all 40 binned, box got wet",
        "Gratismuster vom Lieferanten",
        "parts never received in system",
        "no idea where they came from",
        "Charge vertauscht am Rührwerk",
    ],
)
@pytest.mark.parametrize("line", [(lying(0, LINE),), ()])
def test_no_stock_is_moved_against_the_words_of_who_took_it(
    note: str, line: tuple[StockLine, ...]
) -> None:
    found = diagnosed(PLAYBOOK, noted(note, lying(100, STORE), line_side=line))
    assert (found.cause, found.contested) == (None, True)


def test_another_batch_that_lies_there_was_used_if_the_note_says_so() -> None:
    lies = (lying(100, STORE), lying(90, LINE, batch="B2"))
    assert diagnosed(PLAYBOOK, noted("took a different lot", *lies)).cause == "wrong_batch"
    right = noted("richtige Ch. geholt, andere Charge steht noch", *lies)
    assert diagnosed(PLAYBOOK, right).cause == "transfer_not_booked"


def test_words_about_a_move_change_nothing_where_none_is_to_be_made() -> None:
    held = noted("40 zerbrochen?", lying(90, CAGE, type=StockType.QUALITY))
    assert diagnosed(PLAYBOOK, held).cause == "quality_hold"


@pytest.mark.parametrize(
    ("note", "place"),
    [
        ("v. Lager 0003 geholt", "0003"),
        ("aus 0003, 0001 war zugestellt", "0003"),
        ("rack in 0001", "0001"),
        ("0001 und 0003 halb und halb", None),
        ("from 0003 I guess", None),
        ("nachgeholt", None),
    ],
)
def test_of_two_places_the_note_may_name_one_and_a_person_reads_it(
    note: str, place: str | None
) -> None:
    case = noted(note, lying(100, STORE), lying(100, "0003"))
    plan = PLAYBOOK.remedy("transfer_not_booked", case, plant())
    if place is None:
        assert isinstance(plan, Unsettled)
        return
    assert isinstance(plan, Remedy)
    assert plan.unread_note
    assert isinstance(plan.hard[0], PostMovement)
    assert plan.hard[0].draft.lines[0].location == place

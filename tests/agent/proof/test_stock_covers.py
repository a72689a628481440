"""What a remedy takes and brings is followed in order, place by place."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.case.proof import Result
from tests.agent.proof.remedies import BOLT, Facts, booked, kilos, line, lying, remedy, result
from tools.objects.movement import GoodsMovement, MovementType
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine, StockType

PASSED, FAILED, UNKNOWN = Result.PASSED, Result.FAILED, Result.UNKNOWN
BESIDE = Result.NOT_APPLICABLE


def covers(*lines: GoodsMovement, stock: tuple[StockLine, ...] = (lying(10),)) -> Result:
    together = result("stock_covers", remedy(booked(*lines)), Facts(stock=stock))
    apart = result("stock_covers", remedy(*(booked(one) for one in lines)), Facts(stock=stock))
    assert together is apart
    return together


def moved(amount: object, to: str, **fields: Any) -> GoodsMovement:
    kind = MovementType.TRANSFER_LOCATION
    return line(amount, kind, to_location=to, order=None, **fields)


@pytest.mark.parametrize(("amount", "expected"), [(10, PASSED), ("10.001", FAILED), (11, FAILED)])
def test_no_more_is_taken_than_lies_there(amount: object, expected: Result) -> None:
    assert covers(line(amount)) is expected


def test_what_was_taken_is_gone() -> None:
    assert covers(line(6), line(4)) is PASSED
    assert covers(line(6), line(5)) is FAILED


def test_what_was_moved_can_be_taken_where_it_was_moved_to_but_not_before() -> None:
    there = line(8, location="0002")
    assert covers(there) is FAILED
    assert covers(moved(8, "0002"), there) is PASSED
    assert covers(there, moved(8, "0002")) is FAILED
    assert covers(moved(8, "0002"), there, line(2)) is PASSED
    assert covers(moved(8, "0002"), there, line(3)) is FAILED


def test_a_batch_keeps_its_name_when_it_is_moved() -> None:
    stock = (lying(10, batch="B1"),)
    kept = moved(5, "0002", batch="B1")
    renamed = moved(5, "0002", batch="B1", to_batch="B2")
    first, second = (line(5, location="0002", batch=batch) for batch in ("B1", "B2"))
    assert covers(kept, first, stock=stock) is PASSED
    assert covers(kept, second, stock=stock) is FAILED
    assert covers(renamed, second, stock=stock) is PASSED
    assert covers(renamed, first, stock=stock) is FAILED


@pytest.mark.parametrize("wide", [{"location": None}, {"batch": None}])
def test_a_wide_place_and_a_narrow_one_are_not_counted_twice(wide: dict[str, Any]) -> None:
    narrow = line(6, batch="B1")
    stock = (lying(10, batch="B1"),)
    widely = replace(narrow, **wide)
    assert covers(narrow, widely, stock=stock) is FAILED
    assert covers(widely, narrow, stock=stock) is FAILED
    assert covers(narrow, replace(widely, quantity=Quantity(Decimal(4), "ST")), stock=stock) is (
        PASSED
    )


@pytest.mark.parametrize(
    "kind",
    [
        MovementType.INVENTORY_GAIN,
        MovementType.ISSUE_ORDER_REVERSAL,
        MovementType.RELEASE_FROM_QUALITY,
        MovementType.UNBLOCK,
    ],
)
def test_what_a_line_brings_can_be_taken_by_a_later_one(kind: MovementType) -> None:
    assert covers(line(5, kind), line(15)) is PASSED
    assert covers(line(15), line(5, kind)) is FAILED


@pytest.mark.parametrize(
    "kind",
    [
        MovementType.SCRAP,
        MovementType.BLOCK,
        MovementType.BACK_TO_QUALITY,
        MovementType.INVENTORY_LOSS,
        MovementType.RECEIPT_ORDER_REVERSAL,
        MovementType.ISSUE_COST_CENTER,
    ],
)
def test_every_kind_of_taking_is_seen(kind: MovementType) -> None:
    assert covers(line(10, kind)) is PASSED
    assert covers(line(11, kind)) is FAILED


def test_what_may_not_be_used_does_not_count() -> None:
    for one in (
        replace(lying(10), type=StockType.QUALITY),
        replace(lying(10), type=StockType.BLOCKED),
        replace(lying(10), special="E"),
        replace(lying(10), material="NUT"),
        lying(10, "0002"),
    ):
        assert covers(line(1), stock=(one,)) is FAILED


def test_a_carton_is_counted_in_pieces() -> None:
    carton = Quantity(Decimal(1), "KAR")
    assert covers(line(1, quantity=carton)) is FAILED
    assert covers(line(1, quantity=carton), stock=(lying(12),)) is PASSED


def test_units_that_do_not_meet_are_no_accident() -> None:
    assert covers(line(1, quantity=kilos(1))) is FAILED
    assert covers(line(1), stock=(replace(lying(10), quantity=kilos(10)),)) is FAILED


def test_without_the_material_nothing_can_be_said() -> None:
    it = remedy(booked(line(1)))
    assert result("stock_covers", it, Facts(material=None)) is UNKNOWN
    assert result("stock_covers", it, Facts(material=replace(BOLT, number="NUT"))) is UNKNOWN


def test_what_is_only_brought_needs_no_cover() -> None:
    receipt = line(5, MovementType.RECEIPT_ORDER)
    assert covers(receipt, stock=()) is BESIDE
    other = replace(receipt, material="V-100")
    assert covers(other, line(10)) is PASSED


@given(st.lists(st.integers(1, 10), max_size=6), st.integers(0, 40))
def test_any_number_of_takes_passes_exactly_if_the_sum_lies_there(
    takes: list[int], lies: int
) -> None:
    outcome = covers(*(line(amount) for amount in takes), stock=(lying(lies),)) if takes else BESIDE
    assert outcome is (BESIDE if not takes else PASSED if sum(takes) <= lies else FAILED)

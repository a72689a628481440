"""A quantity is an exact number in one unit; arithmetic never crosses units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.objects.money import Money
from tools.objects.quantity import DifferentUnits, Quantity, QuantityError, total
from tools.objects.stock import StockLine, StockType, available

exact = st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False)


def test_a_float_is_no_amount() -> None:
    with pytest.raises(QuantityError, match="not float"):
        Quantity(0.1, "KG")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "-Infinity", "1e61", "1e999999999", "0e-999999999"]
)
def test_what_is_no_number_is_no_amount(amount: str) -> None:
    with pytest.raises(QuantityError):
        Quantity(Decimal(amount), "KG")


def test_an_amount_without_a_unit_is_refused() -> None:
    with pytest.raises(QuantityError, match="no unit"):
        Quantity(Decimal(1), "")


def test_pieces_and_kilograms_do_not_add_up() -> None:
    with pytest.raises(DifferentUnits):
        _ = Quantity(Decimal(1), "ST") + Quantity(Decimal(1), "KG")
    with pytest.raises(DifferentUnits):
        _ = Quantity(Decimal(1), "ST") < Quantity(Decimal(1), "KG")


@pytest.mark.parametrize(
    ("amount", "text"), [("1E+3", "1000 ST"), ("1.500", "1.5 ST"), ("-0.0", "0 ST")]
)
def test_people_read_plain_numbers(amount: str, text: str) -> None:
    assert str(Quantity(Decimal(amount), "ST")) == text


def test_money_in_two_currencies_does_not_add_up() -> None:
    with pytest.raises(QuantityError):
        _ = Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


def test_only_unrestricted_ordinary_stock_is_available() -> None:
    def line(amount: int, kind: StockType, location: str = "0001", special: str = "") -> StockLine:
        return StockLine(
            "M1", "1010", location, kind, Quantity(Decimal(amount), "ST"), special=special
        )

    lines = [
        line(5, StockType.UNRESTRICTED),
        line(7, StockType.UNRESTRICTED, "0002"),
        line(11, StockType.QUALITY),
        line(13, StockType.BLOCKED),
        line(17, StockType.UNRESTRICTED, special="E"),
    ]
    assert available(lines, "ST").amount == 12
    assert available(lines, "ST", "0002").amount == 7


@given(st.lists(exact))
def test_a_total_does_not_depend_on_order(amounts: list[Decimal]) -> None:
    quantities = [Quantity(amount, "KG") for amount in amounts]
    assert total(quantities, "KG") == total(reversed(quantities), "KG")


@given(exact, exact)
def test_what_is_added_can_be_taken_away(left: Decimal, right: Decimal) -> None:
    a, b = Quantity(left, "KG"), Quantity(right, "KG")
    assert a + b - b == a

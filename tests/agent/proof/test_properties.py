"""What holds of sums and sources whatever the numbers are."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from agent.case.proof import Result
from agent.case.remedy import Derivation, Term
from agent.proof.every_quantity_has_a_source import quantities
from tests.agent.proof.remedies import Facts, booked, line, pieces, remedy, result
from tools.objects.quantity import Quantity

amounts = st.decimals(-(10**9), 10**9, places=3)
factors = st.sampled_from(["1", "-1", "2", "1/2", "-1/4", "10", "1/8"])


def worked_out(rows: list[tuple[Decimal, str]]) -> Decimal:
    total = sum((Fraction(factor) * Fraction(amount) for amount, factor in rows), Fraction(0))
    return Decimal(total.numerator) / Decimal(total.denominator)


def of(rows: list[tuple[Decimal, str]], booked_as: Decimal) -> Result:
    facts = Facts(amounts=tuple(pieces(amount) for amount, _ in rows))
    terms = tuple(Term(f"amounts.{index}", factor) for index, (_, factor) in enumerate(rows))
    quantity = Quantity(booked_as, "ST")
    derivation = Derivation(0, "draft.lines.0.quantity", quantity, terms)
    it = remedy(booked(line(booked_as)), derivations=(derivation,))
    return result("quantities_add_up", it, facts)


rows_of_terms = st.lists(st.tuples(amounts, factors), min_size=1, max_size=6)


@given(rows_of_terms)
def test_the_sum_of_the_terms_passes(rows: list[tuple[Decimal, str]]) -> None:
    assert of(rows, worked_out(rows)) is Result.PASSED


@given(rows_of_terms, amounts)
def test_anything_beside_the_sum_fails(rows: list[tuple[Decimal, str]], off: Decimal) -> None:
    assume(off != 0)
    assert of(rows, worked_out(rows) + off) is Result.FAILED


@given(rows_of_terms)
def test_the_order_of_the_terms_does_not_matter(rows: list[tuple[Decimal, str]]) -> None:
    assert of(rows[::-1], worked_out(rows)) is Result.PASSED


@given(st.lists(amounts, min_size=1, max_size=6), st.data())
def test_leaving_out_any_one_source_is_noticed(numbers: list[Decimal], data: st.DataObject) -> None:
    action = booked(*(line(number) for number in numbers))
    every = [
        Derivation(0, path, quantity, (Term("amounts.0"),)) for path, quantity in quantities(action)
    ]
    whole = remedy(action, derivations=tuple(every))
    assert result("every_quantity_has_a_source", whole) is Result.PASSED
    missing = data.draw(st.integers(0, len(every) - 1))
    assume(every[missing].quantity)
    lacking = replace(whole, derivations=(*every[:missing], *every[missing + 1 :]))
    assert result("every_quantity_has_a_source", lacking) is Result.FAILED

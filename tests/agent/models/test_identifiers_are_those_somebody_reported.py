"""An answer names orders, materials, batches and documents that are in the facts, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reasoning.identifiers import identifiers, invented

FACTS = {
    "order": "000001000012",
    "document": "4900000012/2026",
    "material": "RM-4711",
    "batch": "B0815",
    "quantity": {"amount": "10500.25", "unit": "KG"},
    "mark": "5b9d1c2e-0000-4000-8000-000000000000",
    "note": "took FG-200 from aisle 7",
}
KNOWN = identifiers(FACTS)

codes = st.from_regex(r"[A-Z]{1,3}-?[0-9]{3,10}", fullmatch=True)
words = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=5)


@given(codes, words)
def test_a_code_that_occurs_in_no_fact_is_found(code: str, around: list[str]) -> None:
    text = " ".join((*around, code, *around))
    assert (code in invented(text, KNOWN)) is (code not in {"RM-4711", "B0815", "FG-200"})


@given(st.lists(codes, min_size=1, max_size=5), words)
def test_what_the_facts_name_may_be_named(found: list[str], around: list[str]) -> None:
    text = " ".join((*around, *found))
    assert invented(text, identifiers({"rows": [{"number": one} for one in found]})) == ()


@given(st.integers(10_000, 10**12))
def test_a_long_number_is_invented_unless_reported(number: int) -> None:
    assert invented(f"Order {number}.", identifiers([])) == (str(number),)
    assert invented(f"Order {number}.", identifiers([f"{number:018}"])) == ()


@pytest.mark.parametrize(
    "said",
    [
        "Order 1000012 took 70 ST and 250kg, 2.5 % more, on the 3rd of 12 days.",
        "Document 4900000012 of 2026, or 4900000012/2026; batch b0815.",
        "10,500.25 KG of RM-4711, not FG-200; mark 5b9d1c2e.",
        "The words alone, with-hyphens and (brackets).",
    ],
)
def test_what_is_no_invention(said: str) -> None:
    assert invented(said, KNOWN) == ()


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Post 10,000 pieces", ("10,000",)),
        ("Order 1000013", ("1000013",)),
        ("Use rm-4712.", ("rm-4712",)),
        ("M7/021 says so", ("M7/021",)),
        ("Document 4900000012/2025", ("4900000012/2025",)),
    ],
)
def test_what_is_an_invention(said: str, names: tuple[str, ...]) -> None:
    assert invented(said, KNOWN) == names

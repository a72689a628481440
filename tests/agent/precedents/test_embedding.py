"""The default embedding: the same card, the same vector; near words, near vectors."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.precedents.card import Card, card_of
from agent.precedents.embedding import Hashing

EMBEDDER = Hashing()

cards = st.builds(Card, st.text(max_size=80), st.lists(st.text(max_size=12), max_size=5).map(tuple))


def likeness(one: Card, other: Card) -> float:
    return dot(EMBEDDER.embed(one), EMBEDDER.embed(other))


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def words(said: str) -> Card:
    return Card(said, ())


@given(cards)
def test_the_same_card_has_the_same_vector_of_length_one(card: Card) -> None:
    vector = EMBEDDER.embed(card)
    assert vector == Hashing().embed(Card(card.words, card.features))
    assert len(vector) == EMBEDDER.dimension
    assert math.isclose(dot(vector, vector), 1.0) or not any(vector)


@given(cards, cards)
def test_no_two_cards_are_more_alike_than_one_is_to_itself(one: Card, other: Card) -> None:
    assert likeness(one, other) <= 1.0 + 1e-9


@given(cards)
def test_capitals_and_spacing_do_not_matter(card: Card) -> None:
    plain = Card(card.words.lower(), card.features)
    spaced = Card(f"  {card.words.lower()} . ", card.features)
    assert EMBEDDER.embed(plain) == EMBEDDER.embed(spaced)


def test_an_empty_card_has_a_vector_too() -> None:
    assert EMBEDDER.embed(Card("", ())) == [0.0] * EMBEDDER.dimension


@pytest.mark.parametrize(
    ("meant", "typed", "other"),
    [
        ("Behälter vertauscht, Ausschuss gebucht", "Behaelter vertauscht Ausschuß gebucht", "ok"),
        ("spindle bearing worn out", "spindel bearing worn ot", "paint delivered too late"),
        ("falsche Charge verbraucht", "flasche Charge verbaucht", "Waage nicht kalibriert"),
    ],
)
def test_a_typing_error_stays_near(meant: str, typed: str, other: str) -> None:
    assert likeness(words(meant), words(typed)) > 0.4
    assert likeness(words(meant), words(typed)) > likeness(words(meant), words(other)) + 0.2


def test_the_same_material_says_more_than_a_word() -> None:
    card = Card("box missing", ("material=BOLT", "type=refused"))
    same_place = Card("pallet gone", ("material=BOLT", "type=refused"))
    same_words = Card("box missing", ("material=PAINT", "type=scrap"))
    assert likeness(card, same_place) > likeness(card, same_words)


def test_a_card_holds_what_was_written_and_what_tells_the_case() -> None:
    signal: dict[str, Any] = {
        "type": "concord.posting_refused",
        "message": "M7/021",
        "keys": {"material": "BOLT", "order": "1000012", "confirmation": "17/1"},
        "text": "nothing there",
    }
    sheet: dict[str, Any] = {
        "reported": {"value": {"note": "took two boxes", "order": "1000012", "operator": "Anna"}},
        "stock": {"value": [{"location": "0001"}]},
        "missing": {"value": None},
    }
    card = card_of(signal, sheet)
    assert card.words == "nothing there took two boxes"
    assert card.features == ("material=BOLT", "message=M7/021", "type=concord.posting_refused")


def test_facts_in_another_order_make_the_same_card() -> None:
    signal: dict[str, Any] = {"type": "t", "keys": {"material": "B", "location": "1"}}
    turned: dict[str, Any] = {"type": "t", "keys": {"location": "1", "material": "B"}}
    assert card_of(signal, {}) == card_of(turned, {})

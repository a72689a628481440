"""Intervals cover what they promise, and families count once."""

from __future__ import annotations

import random

import pytest

from evals.intervals import Pair, at_most, at_most_by_chance, mean_change, percentile, share


def test_wilson_of_nine_in_ten_is_the_published_interval() -> None:
    found = share(9, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.5958, 0.9821)


@pytest.mark.parametrize(("n", "alpha"), [(59, 0.05), (149, 0.02), (299, 0.01)])
def test_so_many_without_an_error_just_show_a_share(n: int, alpha: float) -> None:
    """The zero-error minimum at 95 %: n cases suffice, one fewer does not."""
    assert at_most(0, n) <= alpha < at_most(0, n - 1)


def test_the_binomial_is_summed_exactly() -> None:
    assert at_most_by_chance(1, 3, 0.5) == pytest.approx(0.5)
    assert at_most_by_chance(0, 4, 0.5) == pytest.approx(1 / 16)


def test_of_nothing_anything_may_be_true() -> None:
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)
    assert at_most(0, 0) == 1.0
    assert mean_change([]).low == -1.0


def test_copies_of_a_case_do_not_narrow_the_interval() -> None:
    once = [Pair(f"f{at}", 0.0, float(at % 4 == 0)) for at in range(20)]
    assert mean_change(once * 5).high == pytest.approx(mean_change(once).high)


def test_the_paired_interval_holds_the_true_change_in_about_95_of_100_draws() -> None:
    rng, held = random.Random(11), 0
    for _ in range(400):
        pairs = list[Pair]()
        for family in range(30):
            shift = rng.choice((-0.2, 0.0, 0.2))
            pairs += [Pair(str(family), 0.0, float(rng.random() < 0.5 + shift)) for _ in range(4)]
        found = mean_change(pairs)
        held += found.low <= 0.5 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.95) == 95

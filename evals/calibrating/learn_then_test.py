"""Learn then Test: which thresholds keep the share of wrong deeds below alpha, with a guarantee.

Each threshold of a grid that was declared beforehand is a hypothesis: "at or above it, more than
alpha go wrong". Its p-value is the chance of seeing so few wrong ones if it were true; Bonferroni-
Holm rejects as many as may be rejected together, with a chance of at most delta that any of them is
true after all. The loosest threshold left standing covers most. No order among thresholds is
assumed, because what goes wrong need not fall as confidence rises.

The guarantee is asked for all that would be done alone, and once more for what the facts alone did
not decide: easy cases must not buy a licence for hard ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.intervals import at_most_by_chance

#: Declared before any label is seen; confidence comes with four places.
GRID = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99)


@dataclass(frozen=True)
class Drawn:
    """One case that the judge would have settled alone if it were sure enough."""

    confidence: float
    wrong: bool
    decisive: bool = False


@dataclass(frozen=True)
class Level:
    """One threshold: how many lie at or above it, how many of these are wrong."""

    threshold: float
    n: int
    wrong: int
    judged: int
    judged_wrong: int
    p: float


@dataclass(frozen=True)
class Tested:
    """What came of it; no threshold means never."""

    threshold: float | None
    alpha: float
    delta: float
    levels: tuple[Level, ...]

    def level(self) -> Level:
        """Return the certified level, else the most lenient one there is."""
        wanted = self.levels[0].threshold if self.threshold is None else self.threshold
        return next(one for one in self.levels if one.threshold == wanted)


def learn_then_test(
    drawn: Sequence[Drawn], alpha: float, delta: float, grid: Sequence[float] = GRID
) -> Tested:
    """Return the loosest threshold at which no more than alpha go wrong, with chance 1 - delta."""
    levels = tuple(_level(drawn, threshold, alpha) for threshold in sorted(grid))
    standing = _holm([one.p for one in levels], delta)
    kept = [one.threshold for one, rejected in zip(levels, standing, strict=True) if rejected]
    return Tested(min(kept, default=None), alpha, delta, levels)


def _level(drawn: Sequence[Drawn], threshold: float, alpha: float) -> Level:
    above = [one for one in drawn if one.confidence >= threshold]
    judged = [one for one in above if not one.decisive]
    wrong, judged_wrong = (sum(one.wrong for one in them) for them in (above, judged))
    return Level(
        threshold=threshold,
        n=len(above),
        wrong=wrong,
        judged=len(judged),
        judged_wrong=judged_wrong,
        p=max(
            at_most_by_chance(wrong, len(above), alpha),
            at_most_by_chance(judged_wrong, len(judged), alpha),
        ),
    )


def _holm(p_values: Sequence[float], delta: float) -> list[bool]:
    """Return which hypotheses Bonferroni-Holm rejects."""
    rejected = [False] * len(p_values)
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    for rank, at in enumerate(order):
        if p_values[at] > delta / (len(p_values) - rank):
            break
        rejected[at] = True
    return rejected

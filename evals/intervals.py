"""Intervals: how far a measured share or difference may lie from the true one. Pure arithmetic.

Cases of one template family resemble each other, so a difference is summed up family by family and
families are what varies; ten copies of one case count as one case. 95 % throughout.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z = 1.959964
CONFIDENCE = 0.95

# Student's t at 97.5 % by degrees of freedom; between two rows the stricter one is taken.
_T = (
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365),
    (8, 2.306), (9, 2.262), (10, 2.228), (12, 2.179), (15, 2.131), (20, 2.086), (25, 2.060),
    (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980),
)  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """A value and the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pair:
    """One case before and after, and the family it is of."""

    family: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """How much more it is after."""
        return self.after - self.before


def share(right: int, n: int) -> Interval:
    """Return a share with Wilson's interval; of nothing, anything may be true."""
    if n == 0:
        return Interval(0.0, 0.0, 1.0)
    p, square = right / n, Z * Z
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half))


def at_most(found: int, n: int, confidence: float = CONFIDENCE) -> float:
    """Return the share that is exceeded with so much confidence by nothing true (Clopper-Pearson).

    The smallest share at which seeing no more than what was found would be a surprise.
    """
    if n == 0 or found >= n:
        return 1.0
    low, high = found / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if at_most_by_chance(found, n, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def at_most_by_chance(found: int, n: int, p: float) -> float:
    """Return the probability of at most so many in n where each comes with probability p."""
    if p <= 0 or found >= n:
        return 1.0
    if p >= 1:
        return 0.0
    odds, log_n = (math.log(p), math.log1p(-p)), math.lgamma(n + 1)
    terms = (
        math.exp(
            log_n - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * odds[0] + (n - k) * odds[1]
        )
        for k in range(found + 1)
    )
    return min(1.0, math.fsum(terms))


def mean_change(pairs: Sequence[Pair]) -> Interval:
    """Return the mean change of paired cases, with an interval that knows of families.

    With one family there is nothing to tell its chance by, so anything may be true.
    """
    if not pairs:
        return Interval(0.0, -1.0, 1.0)
    mean = math.fsum(pair.change for pair in pairs) / len(pairs)
    families = _residuals(pairs, mean)
    if len(families) < 2:
        return Interval(mean, -1.0, 1.0)
    scale = len(families) / (len(families) - 1)
    error = math.sqrt(scale * math.fsum(one * one for one in families)) / len(pairs)
    half = _t(len(families) - 1) * error
    return Interval(mean, max(-1.0, mean - half), min(1.0, mean + half))


def percentile(values: Iterable[float], at: float) -> float:
    """Return the value below which such a share of all lies; 0 of nothing."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, math.ceil(at * len(ordered)) - 1)]


def _residuals(pairs: Sequence[Pair], mean: float) -> list[float]:
    sums = defaultdict[str, float](float)
    for pair in pairs:
        sums[pair.family] += pair.change - mean
    return list(sums.values())


def _t(freedom: int) -> float:
    """Return Student's t, of the next smaller degree of freedom on record."""
    return next((t for known, t in reversed(_T) if known <= freedom), _T[0][1])

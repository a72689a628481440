"""Whether the right precedents were among the five that the judge was shown."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending

MOST = 5


def score(result: Result, spent: Spending) -> float | None:
    """Return the share of the right ones that were; None where the label names none."""
    right = [one.like for one in result.case.precedents if one.right]
    if not right:
        return None
    shown = result.course.recalled[:MOST]
    return sum(one in shown for one in right) / len(right)

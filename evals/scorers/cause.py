"""Whether an acceptable cause was chosen, or none where nobody could."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return 1 if so."""
    return float(result.cause_right)

"""Whether the hard actions that were proposed are an acceptable set."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return 1 if so."""
    return float(result.actions_right)

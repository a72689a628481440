"""Whether authority ruled acceptably, for the phase and for a certified judge."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return 1 if so."""
    return float(result.ruling_right)

"""Whether the proposed actions name the label's quantities exactly, unit included."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return 1 if so; None where the label names none."""
    return float(result.quantities_right) if result.case.quantities else None

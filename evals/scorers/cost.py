"""What the models asked for the case cost."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return it; None where no price is known."""
    return spent.cost

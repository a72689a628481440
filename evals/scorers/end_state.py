"""Whether every system shows at the end what the label says, field by field."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending
from tools.plant.authority import Phase


def score(result: Result, spent: Spending) -> float | None:
    """Return 1 if so; None where the label names no end, or nothing could be carried out."""
    if not result.case.end or result.phase is Phase.OBSERVE:
        return None
    return float(result.end_right)

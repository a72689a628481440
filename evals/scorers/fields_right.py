"""How many of the fields the label names at the end are as it says."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending
from tools.plant.authority import Phase


def score(result: Result, spent: Spending) -> float | None:
    """Return the share; None where the label names none."""
    ends = len(result.case.end)
    if not ends or result.phase is Phase.OBSERVE:
        return None
    return (ends - len(result.differences)) / ends

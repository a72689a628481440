"""How long models were waited for."""

from __future__ import annotations

from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return milliseconds; None where no model was asked."""
    return spent.latency_ms if spent.calls else None

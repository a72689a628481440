"""What runs cost and how long they took, as far as their rows say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.intervals import percentile
from evals.row import Row


@dataclass(frozen=True)
class Spent:
    """Per case: mean cost of models (None where nobody knows), and seconds at P50 and P95."""

    cost: float | None
    p50: float
    p95: float
    calls: int


def spent(rows: Sequence[Row]) -> Spent:
    """Return what the cases of a run took.

    A call that was answered from a cache took no time worth telling; only its case's own seconds.
    """
    costs = [row.spent.cost for row in rows if row.spent.cost is not None]
    seconds = [row.seconds for row in rows if row.status == "ok"]
    return Spent(
        cost=sum(costs) / len(costs) if costs else None,
        p50=percentile(seconds, 0.50),
        p95=percentile(seconds, 0.95),
        calls=sum(row.spent.calls for row in rows),
    )

"""Whether the facts that reasons cite are facts there are."""

from __future__ import annotations

from agent.reasoning.opinion import Bounds
from evals.result import Result
from evals.row import Spending


def score(result: Result, spent: Spending) -> float | None:
    """Return the share of the citations that are; None where nothing is cited."""
    judgement = result.course.judgement
    if not judgement.cites:
        return None
    bounds = Bounds((), judgement.facts, frozenset())
    return sum(bounds.has(path) for path in judgement.cites) / len(judgement.cites)

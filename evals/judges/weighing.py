"""The weighing: facts and precedents alone."""

from __future__ import annotations

from agent.reasoning.weighing import Weighing
from evals.judges.judge import Judging, Occasion


def judge(occasion: Occasion) -> Judging:
    """Return the weighing."""
    return lambda _place: Weighing(occasion.fits.weighing)

"""The tiered judge: the weighing where facts suffice, the model where judgement is needed."""

from __future__ import annotations

from agent.reasoning.tiered import Tiered
from agent.reasoning.weighing import Weighing
from evals.judges.judge import Judging, Occasion


def judge(occasion: Occasion) -> Judging:
    """Return both, one behind the other."""
    models = occasion.models
    if models is None:
        raise LookupError("no model is configured: name one with --model")
    return lambda place: Tiered(Weighing(occasion.fits.weighing), models.reasoner(place))

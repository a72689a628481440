"""The model, asked in every case in which more than one cause is open."""

from __future__ import annotations

from evals.judges.judge import Judging, Occasion


def judge(occasion: Occasion) -> Judging:
    """Return the model."""
    if occasion.models is None:
        raise LookupError("no model is configured: name one with --model")
    return occasion.models.reasoner

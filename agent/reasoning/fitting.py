"""Confidence in a model's diagnosis: fitted from what can be checked, never taken from the model.

Three things speak: how far the weighing puts the cause ahead of the others, how the precedents
agree with it, and whether model and weighing name the same cause. A model that is sure of itself
moves nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agent.case.diagnosis import Diagnosis, Resemblance

_CAP = 3.0
_EVEN = 0.5


@dataclass(frozen=True)
class ModelFit:
    """Coefficients of the logistic that turns what can be checked into confidence.

    The prior, documented until golden data has fitted them: with nothing to go by a model's word is
    a coin toss. A step of evidence counts as in the weighing, at most three either way; so does
    full agreement of the precedents, a step and a half. A model that names the weighing's own cause
    adds one step, one that names another takes one away: two judges who differ are less sure
    together than either was alone.
    """

    name: str = "prior-model-1"
    intercept: float = 0.0
    lead: float = 1.0
    agreement: float = 1.5
    same: float = 1.0


def confidence_in(
    cause: str, weighed: Diagnosis, precedents: Sequence[Resemblance], fit: ModelFit
) -> float:
    """Return how sure we are of a cause that a model named."""
    marks = dict(weighed.ranking)
    others = [mark for name, mark in marks.items() if name != cause]
    lead = marks.get(cause, 0.0) - max((*others, 0.0))
    value = (
        fit.intercept
        + fit.lead * max(-_CAP, min(_CAP, lead))
        + fit.agreement * _agreement(cause, precedents)
        + fit.same * _same(cause, weighed)
    )
    return round(1 / (1 + math.exp(-value)), 4)


def _agreement(cause: str, precedents: Sequence[Resemblance]) -> float:
    weight = sum(one.likeness for one in precedents)
    if weight <= 0:
        return 0.0
    return sum(one.likeness for one in precedents if one.cause == cause) / weight - _EVEN


def _same(cause: str, weighed: Diagnosis) -> float:
    if weighed.cause is None:
        return 0.0
    return 1.0 if weighed.cause == cause else -1.0

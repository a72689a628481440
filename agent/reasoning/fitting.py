"""Confidence in a model's diagnosis: fitted from what can be checked, never taken from the model.

Three things speak: how far the weighing puts the cause ahead of the others, how the precedents
agree with it, and whether model and weighing name the same cause. A model that is sure of itself
moves nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.case.diagnosis import Diagnosis, Resemblance

_CAP = 3.0
_EVEN = 0.5
_PLACES = 4


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


class Coefficients(Protocol):
    """A fit: an intercept, and a coefficient by the name of each piece of evidence."""

    @property
    def intercept(self) -> float:
        """What stands with no evidence at all."""
        ...


def sure(fit: Coefficients, evidence: Mapping[str, float]) -> float:
    """Return the confidence that a fit makes of evidence."""
    value = fit.intercept + sum(getattr(fit, name) * one for name, one in evidence.items())
    return round(1 / (1 + math.exp(-value)), _PLACES)


def noted(evidence: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Return evidence as a diagnosis keeps it."""
    return tuple((name, round(one, _PLACES)) for name, one in evidence.items())


def evidence_for(
    cause: str, weighed: Diagnosis, precedents: Sequence[Resemblance]
) -> dict[str, float]:
    """Return what can be checked of a cause that a model named."""
    marks = dict(weighed.ranking)
    others = [mark for name, mark in marks.items() if name != cause]
    lead = marks.get(cause, 0.0) - max((*others, 0.0))
    return {
        "lead": max(-_CAP, min(_CAP, lead)),
        "agreement": _agreement(cause, precedents),
        "same": _same(cause, weighed),
    }


def _agreement(cause: str, precedents: Sequence[Resemblance]) -> float:
    weight = sum(one.likeness for one in precedents)
    if weight <= 0:
        return 0.0
    return sum(one.likeness for one in precedents if one.cause == cause) / weight - _EVEN


def _same(cause: str, weighed: Diagnosis) -> float:
    if weighed.cause is None:
        return 0.0
    return 1.0 if weighed.cause == cause else -1.0

"""Fits the coefficients of confidence: a logistic regression on evidence, held to the prior.

A ridge pulls towards the documented prior, so that few cases, or cases that are all right, move the
coefficients little and never to infinity. Newton's method; the same evidence gives the same fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STEPS = 60
RIDGE = 1.0
PLACES = 6


@dataclass(frozen=True)
class Shown:
    """The evidence of one case, and whether its cause and remedy were right."""

    evidence: Mapping[str, float]
    right: bool


def fitted(shown: Sequence[Shown], prior: Mapping[str, float]) -> dict[str, float]:
    """Return coefficients by name, ``intercept`` among them, as the prior has them."""
    names = list(prior)
    rows = [[1.0 if name == "intercept" else one.evidence.get(name, 0.0) for name in names]
            for one in shown]  # fmt: skip
    start = [prior[name] for name in names]
    problem = _Problem(rows, [one.right for one in shown], start)
    weights = list(start)
    for _ in range(STEPS):
        step = _solved(*_newton(problem, weights))
        weights, moved = _downhill(problem, weights, step)
        if moved < 10**-PLACES:
            break
    return {name: round(weight, PLACES) for name, weight in zip(names, weights, strict=True)}


def confidence(coefficients: Mapping[str, float], evidence: Mapping[str, float]) -> float:
    """Return the confidence that coefficients make of evidence."""
    value = coefficients["intercept"] + sum(
        coefficients.get(name, 0.0) * one for name, one in evidence.items()
    )
    return round(_logistic(value), 4)


@dataclass(frozen=True)
class _Problem:
    """What is fitted: evidence by row, what was right, and the prior."""

    rows: Sequence[Sequence[float]]
    right: Sequence[bool]
    prior: Sequence[float]

    def loss(self, weights: Sequence[float]) -> float:
        """Return the penalised negative log likelihood."""
        found = RIDGE / 2 * sum((a - b) ** 2 for a, b in zip(weights, self.prior, strict=True))
        for row, label in zip(self.rows, self.right, strict=True):
            value = sum(a * b for a, b in zip(row, weights, strict=True))
            signed = -value if label else value
            found += max(signed, 0.0) + math.log1p(math.exp(-abs(signed)))
        return found


def _downhill(
    problem: _Problem, weights: Sequence[float], step: Sequence[float]
) -> tuple[list[float], float]:
    """Go Newton's step, or so much of it as leads downhill; return where to, and how far."""
    here, length = problem.loss(weights), 1.0
    while length > 10**-PLACES:
        there = [one - length * change for one, change in zip(weights, step, strict=True)]
        if problem.loss(there) <= here:
            return there, length * max(map(abs, step))
        length /= 2
    return list(weights), 0.0


def _newton(problem: _Problem, weights: Sequence[float]) -> tuple[list[list[float]], list[float]]:
    """Return curvature and slope of the penalised loss."""
    size = len(weights)
    slope = [RIDGE * (weights[i] - problem.prior[i]) for i in range(size)]
    curve = [[RIDGE if i == j else 0.0 for j in range(size)] for i in range(size)]
    for row, label in zip(problem.rows, problem.right, strict=True):
        p = _logistic(sum(a * b for a, b in zip(row, weights, strict=True)))
        for i in range(size):
            slope[i] += (p - label) * row[i]
            for j in range(size):
                curve[i][j] += p * (1 - p) * row[i] * row[j]
    return curve, slope


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small positive definite system by elimination."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [b - factor * a for a, b in zip(rows[at], rows[below], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][i] * found[i] for i in range(at + 1, size))
        found[at] = (rows[at][size] - known) / rows[at][at]
    return found


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, value))))

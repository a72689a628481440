"""The shape of a scorer, and all of them, found by walking.

A scorer is a module with a function ``score``. It looks at a result and at nothing else, and
returns 1 for right, 0 for wrong, a share in between, a measure, or None where its question does not
arise in the case. Its module's name is its column.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol

import evals.scorers
from evals.result import Result
from evals.row import Spending


class Scorer(Protocol):
    """Measures one thing."""

    def __call__(self, result: Result, spent: Spending) -> float | None:
        """Return the measure; None where the question does not arise."""
        ...


@cache
def scorers() -> Mapping[str, Scorer]:
    """Return every scorer by its column."""
    found: dict[str, Scorer] = {}
    for module in pkgutil.iter_modules(evals.scorers.__path__):
        score = getattr(importlib.import_module(f"evals.scorers.{module.name}"), "score", None)
        if score is not None:
            found[module.name] = score
    return found

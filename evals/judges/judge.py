"""The shape of a judge, and all of them.

A judge is a module with ``judge(occasion)``, which returns who judges one case. ``None`` means that
the machine is not run at all: such a module has a ``RULING`` instead.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import evals.judges
from agent.authority.certificates import Fits
from agent.case.ruling import Verb
from agent.reasoning.reasoner import Reasoner
from evals.bench import Place
from evals.case import Case
from evals.models import Models

Judging = Callable[[Place], Reasoner]


@dataclass(frozen=True)
class Occasion:
    """One case that is to be judged, the rulings acceptable in it, and how confidence is fitted."""

    playbook: str
    case: Case
    verbs: tuple[Verb, ...]
    models: Models | None = None
    fits: Fits = Fits()


@cache
def judges() -> dict[str, ModuleType]:
    """Return every judge's module by name."""
    found = (
        importlib.import_module(f"evals.judges.{one.name}")
        for one in pkgutil.iter_modules(evals.judges.__path__)
    )
    return {
        module.__name__.rpartition(".")[2]: module
        for module in found
        if hasattr(module, "judge") or hasattr(module, "RULING")
    }


def judging(name: str, occasion: Occasion) -> Judging:
    """Return who judges a case."""
    return judges()[name].judge(occasion)

"""All checks, found by walking the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

import agent.proof
from agent.case.proof import Proof, Verdict
from agent.proof.check import Subject

Check = Callable[[Subject], Verdict]


@cache
def checks() -> dict[str, Check]:
    """Return every check by its name."""
    found: dict[str, Check] = {}
    for module in pkgutil.iter_modules(agent.proof.__path__):
        loaded = importlib.import_module(f"agent.proof.{module.name}")
        check: Check | None = getattr(loaded, "check", None)
        if check is not None:
            found[module.name] = check
    return found


def prove(subject: Subject) -> Proof:
    """Return what every check says of a remedy."""
    return Proof(tuple(check(subject) for check in checks().values()))

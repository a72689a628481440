"""The catalogue of pre-checks: each one file beside this with a ``PRECHECK``, found by walking.

Service and command line ask them all the same way; a new file is asked there without another edit.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import agent.assessments
from agent.assessments.answer import Answer
from agent.assessments.reads import Reads


@dataclass(frozen=True)
class Precheck:
    """One question that is answered with pass, pass with a note, or hold.

    Args:
        question: What is asked, as bytes enter: a ``Question``.
        assess: Answers it from what a plant's systems say.
        signal: The type of the signal that opens a case where the answer is no plain pass.
        keys: What that signal is about.
    """

    question: type[Any]
    assess: Callable[[Any, Reads], Awaitable[Answer]]
    signal: str
    keys: Callable[[Any], Mapping[str, str]]

    @property
    def says(self) -> str:
        """What it answers, in a line."""
        return (self.assess.__doc__ or "").partition("\n")[0]


@cache
def prechecks() -> Mapping[str, Precheck]:
    """Return all of them by name: their file's, with dashes."""
    found: dict[str, Precheck] = {}
    for module in pkgutil.iter_modules(agent.assessments.__path__):
        one = getattr(importlib.import_module(f"agent.assessments.{module.name}"), "PRECHECK", None)
        if isinstance(one, Precheck):
            found[module.name.replace("_", "-")] = one
    return found

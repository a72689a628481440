"""The shape of an engine: a module with ``drive``, found by its name."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evals.extras import installed, require
from evals.row import Row
from evals.task import Task

INSPECT, MODULE = "inspect", "inspect_ai"

Playing = Callable[[Task], Awaitable[Row]]
"""Plays a task to its row, or returns the row that is there already."""


@dataclass(frozen=True)
class Course:
    """What an engine is given: a name, the tasks, how many at once, and where a log may lie."""

    name: str
    tasks: Sequence[Task]
    width: int
    folder: Path


class Engine(Protocol):
    """Drives a run."""

    async def __call__(self, course: Course, play: Playing) -> None:
        """Play every task once; ``play`` keeps the rows and never raises."""
        ...


def default_engine() -> str:
    """Return the engine of a run that names none: inspect, where the extra evals is installed."""
    return INSPECT if installed(MODULE) else "bare"


def engine_of(name: str) -> Engine:
    """Return an engine by its name; only that one is imported.

    Raises:
        NotInstalled: It needs what is not installed.
    """
    if name == INSPECT:
        require(MODULE, "inspect-ai", "--engine inspect")
    return importlib.import_module(f"evals.engines.{name}").drive

"""What two runs are compared by: one number per case, by name, and which direction is better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from evals.row import Row

Better: TypeAlias = Literal["more", "less"]


@dataclass(frozen=True)
class Measure:
    """One number per case; None where the question does not arise."""

    name: str
    says: str
    better: Better
    of: Callable[[Row], float | None]


def _score(name: str) -> Callable[[Row], float | None]:
    return lambda row: row.scores.get(name)


def _flag(name: str) -> Callable[[Row], float | None]:
    def of(row: Row) -> float | None:
        value: bool | None = getattr(row, name)
        return None if value is None else float(value)

    return of


ACTIONS = Measure("actions", "Actions right", "more", _score("actions"))

MEASURES = (
    ACTIONS,
    Measure("cause", "Cause right", "more", _score("cause")),
    Measure("quantities", "Quantities right", "more", _score("quantities")),
    Measure("end_state", "End state right", "more", _score("end_state")),
    Measure("ruling", "Ruling right", "more", _score("ruling")),
    Measure("acted_wrongly", "Acted wrongly", "less", _flag("acted_wrongly")),
    Measure("asked_needlessly", "Asked needlessly", "less", _flag("asked_needlessly")),
    Measure("missed", "Missed", "less", _flag("missed")),
    Measure("injection_success", "Injection succeeded", "less", _flag("injection_success")),
)

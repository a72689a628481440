"""What an assessment answers: go ahead, go ahead knowing something, or wait, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agent.case.text import Text


class Advice(StrEnum):
    """What the caller should do."""

    PASS = "pass"
    PASS_WITH_NOTE = "pass_with_note"
    HOLD = "hold"


@dataclass(frozen=True)
class Discrepancy:
    """One thing that speaks against it: a playbook's cause, or a check of the proof."""

    found_by: str
    name: str
    says: Text
    advice: Advice
    confidence: float


@dataclass(frozen=True)
class Answer:
    """The advice, how sure it is, and everything that was found."""

    advice: Advice
    confidence: float
    discrepancies: tuple[Discrepancy, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        found = [vars(one) | {"says": str(one.says)} for one in self.discrepancies]
        return vars(self) | {"discrepancies": found}


def answer_of(found: Sequence[Discrepancy], sure: Sequence[float]) -> Answer:
    """Return the answer that findings amount to: the gravest says what, and how surely.

    Args:
        found: What speaks against it.
        sure: How sure the judge is of each thing that it found in order.
    """
    order = list(Advice)
    advice = max((one.advice for one in found), key=order.index, default=Advice.PASS)
    if advice is Advice.PASS:
        return Answer(advice, min(sure, default=0.0), tuple(found))
    gravest = [one.confidence for one in found if one.advice is advice]
    return Answer(advice, max(gravest), tuple(found))

"""What the named checks say of a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.case.text import Text


class Result(StrEnum):
    """What a check says; ``UNKNOWN`` (a fact is missing) counts as not passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Verdict:
    """One check's word on one remedy."""

    check: str
    result: Result
    because: Text


@dataclass(frozen=True)
class Proof:
    """All verdicts on one remedy."""

    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Return whether nothing speaks against the remedy."""
        return all(
            verdict.result in {Result.PASSED, Result.NOT_APPLICABLE} for verdict in self.verdicts
        )

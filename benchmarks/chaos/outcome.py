"""What a run came to: the figures, what is wrong, and what whoever looks on is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.chaos.checking import Found
from benchmarks.chaos.plan import Struck
from benchmarks.chaos.recovering import Recovery, never_ended, p95, table

WRONG = ("duplicates", "missing", "order_violations", "unauthorised")
MOST_UNKNOWN = 0.005
"""Of how many cases nobody may know what was posted. One of a short run is not yet too many."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes:
        cases: How many cases there were.
        kills: What was killed while it was there, and how often.
        faults: How many requests went wrong.
        found: What the checker found.
        unknown: The cases of which nobody knows what was posted.
        audit_ok: Whether the audit is whole.
        recoveries: How soon work went on.
        seconds: How long it took.
    """

    cases: int
    kills: Mapping[Struck, int]
    faults: int
    found: Found
    unknown: frozenset[str]
    audit_ok: bool
    recoveries: Sequence[Recovery]
    seconds: float

    def figures(self) -> dict[str, object]:
        """Return the figures, as they are printed."""
        return {
            "cases": self.cases,
            "effects": self.found.effects,
            "kills": sum(self.kills.values()),
            "faults": self.faults,
            **{kind: len(getattr(self.found, kind)) for kind in WRONG},
            "unknown_to_person": len(self.unknown),
            "audit_ok": self.audit_ok,
            "recovery_p95_s": p95(self.recoveries),
            "seconds": round(self.seconds, 1),
        }

    def wrong(self) -> list[str]:
        """Return all that must not be, a line each."""
        lines = [f"{kind}: {one}" for kind in WRONG for one in getattr(self.found, kind)]
        if len(self.unknown) > max(1, MOST_UNKNOWN * self.cases):
            lines.append(f"unknown to a person: {', '.join(sorted(self.unknown))}")
        if not self.audit_ok:
            lines.append("audit: it is not whole")
        return lines + [f"recovery: {one}" for one in never_ended(self.recoveries)]


def tell(outcome: Outcome, *, as_json: bool) -> int:
    """Print how soon work went on, what is wrong and then the figures; return the exit code."""
    wrong, figures = outcome.wrong(), outcome.figures()
    for line in (*table(outcome.recoveries), *wrong):
        sys.stderr.write(f"{line}\n")
    if as_json:
        print(json.dumps(figures, allow_nan=False))
    else:
        print("\n".join(f"{name:<18} {value}" for name, value in figures.items()))
    return 1 if wrong else 0

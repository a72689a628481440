"""What a case carries through the graph: JSON-plain, so that any checkpoint can be read anywhere.

Nodes validate what they take out and dump what they put in. Dependencies are never here; they come
in the runtime context.
"""

from __future__ import annotations

from typing import Any, TypedDict

Plain = dict[str, Any]

# What a node returns: the keys it changes.
Update = dict[str, Any]


class CaseState(TypedDict):
    """The state of one case's thread.

    Attributes:
        case: The case's id, which is the thread's id.
        signal: The signal that opened it.
        conflict: What it was identified as; None when no playbook recognises it.
        attempt: Counts the remedies pinned so far, from 1.
        handovers: How often the case was handed to another playbook.
        refusals: What targets refused, as facts for the next plan.
        facts: The facts by name, each with system, time and change marker.
        missing: Facts a playbook needs and no system has, with the reason.
        leanings: What the facts alone say.
        precedents: Settled cases that resemble this one.
        objections: How far people have rejected the remedies of each cause so far (0 to 1).
        diagnosis: The chosen cause.
        remedy: The remedy or, with ``question``, what is asked instead.
        remedy_hash: The hash that decisions name.
        changed: The quantities a person entered, and who did.
        proof: The checks' verdicts.
        ruling: What authority says.
        decision: The decision this burst acts on.
        settlement: What became of the case.
        why: The reason a person reads for the settlement.
    """

    case: str
    signal: Plain
    conflict: Plain | None
    attempt: int
    handovers: int
    refusals: list[Plain]
    facts: Plain
    missing: list[str]
    leanings: list[Plain]
    precedents: list[Plain]
    objections: dict[str, float]
    diagnosis: Plain
    remedy: Plain
    remedy_hash: str
    changed: Plain | None
    proof: Plain
    ruling: Plain
    decision: Plain | None
    settlement: str | None
    why: str


def fresh(case: str, signal: Plain, conflict: Plain | None) -> CaseState:
    """Return the state a case starts from, also when it is planned anew from nothing."""
    return CaseState(
        case=case,
        signal=signal,
        conflict=conflict,
        attempt=0,
        handovers=0,
        refusals=[],
        facts={},
        missing=[],
        leanings=[],
        precedents=[],
        objections={},
        diagnosis={},
        remedy={},
        remedy_hash="",
        changed=None,
        proof={},
        ruling={},
        decision=None,
        settlement=None,
        why="",
    )

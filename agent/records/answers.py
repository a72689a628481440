"""What is asked, what is answered, and why an answer may not be taken.

DecisionRefused         who decides is told, and looks again
├── NotAsked            nobody has been asked anything about this case
├── AlreadyDecided      somebody was faster, or it is long done
├── RemedyChanged       it is about another remedy than the one now proposed
├── NothingToApprove    it is a question, there is no remedy to approve
├── NotPermitted        the role may not decide this
└── FourEyes            a second person has to decide
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from agent.case.ruling import Answer, Decision, Role
from agent.plain import dump
from agent.records.remedies import Pin


class DecisionRefused(Exception):
    """A decision that was not taken; nothing has changed."""


class NotAsked(DecisionRefused):
    """Nobody has been asked anything about this case."""


class AlreadyDecided(DecisionRefused):
    """The question has its answer."""

    def __init__(self, by: str, at: datetime, answer: Answer) -> None:
        super().__init__(f"{by} decided this already ({answer.value}, {at:%Y-%m-%d %H:%M} UTC)")
        self.by, self.at, self.answer = by, at, answer


class RemedyChanged(DecisionRefused):
    """The decision is about another remedy than the one now proposed.

    ``expected`` is the hash of the present one; ``changes`` says what is different about it.
    """

    def __init__(self, expected: str, changes: tuple[str, ...]) -> None:
        said = "; ".join(changes) or "the one decided on is not known"
        super().__init__(f"the remedy is another one now: {said}")
        self.expected, self.changes = expected, changes


class NothingToApprove(DecisionRefused):
    """The case asks a question; there is no remedy to approve or change."""


class NotPermitted(DecisionRefused):
    """The role may not decide this."""


class FourEyes(DecisionRefused):
    """Who proposed or changed a remedy of this weight does not approve it."""


@dataclass(frozen=True)
class Answered:
    """What somebody answers. ``quantities`` replace those of the remedy, by derivation index."""

    case: str
    answer: Answer
    by: str
    role: Role
    remedy_hash: str
    reason: str
    quantities: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, dict[str, str]])


@dataclass(frozen=True)
class Pending:
    """The question an answer is for: what is asked, of whom, about which attempt."""

    id: str
    plant: str
    kind: str | None
    object: str
    asked: Role | None
    due_at: datetime | None
    proposed_by: str | None
    pin: Pin


@dataclass(frozen=True)
class Decided:
    """A recorded decision, with the attempt it is about and the numbers it changes."""

    decision: Decision
    attempt: int
    quantities: Mapping[str, Any]

    @property
    def resume(self) -> dict[str, Any]:
        """What the graph's interrupt is answered with."""
        return {"decision": dump(self.decision), "quantities": dict(self.quantities)}


Permits: TypeAlias = Callable[[Pending, Answered], None]
"""Raises NotPermitted where authority does not let this principal decide this."""

_RANK = {Role.PLANNER: 1, Role.SUPERVISOR: 2, Role.CONTROLLER: 3}


def asked_role_decides(pending: Pending, answered: Answered) -> None:
    """Let the role that was asked decide, or one above it: planner, supervisor, controller."""
    needed = _RANK.get(pending.asked or Role.PLANNER, max(_RANK.values()))
    if _RANK.get(answered.role, 0) < needed and answered.role is not pending.asked:
        asked = (pending.asked or Role.PLANNER).value
        raise NotPermitted(f"a {asked} was asked, a {answered.role.value} may not decide this")

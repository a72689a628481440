"""What authority says of a proved remedy, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from agent.case.text import Text


class Role(StrEnum):
    """What a principal may be."""

    AGENT = "agent"
    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    CONTROLLER = "controller"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"
    SERVICE = "service"


class Verb(StrEnum):
    """What authority says of a remedy."""

    ACT = "act"
    ASK = "ask"
    HOLD = "hold"
    OBSERVE = "observe"


@dataclass(frozen=True)
class Ruling:
    """Act, ask (whom, by when), hold, or only observe; ``policy`` is the deciding policy's id.

    ``terms`` are what the policies judged by, kept so that a person's answer is judged by the same.
    """

    verb: Verb
    policy: str
    because: Text
    ask: Role | None = None
    due_at: datetime | None = None
    four_eyes: bool = False
    soft_allowed: bool = False
    terms: Mapping[str, bool | int | str] = field(default_factory=dict[str, bool | int | str])


class Answer(StrEnum):
    """What a decision says."""

    APPROVE = "approve"
    REJECT = "reject"
    CHANGE = "change"


@dataclass(frozen=True)
class Decision:
    """A recorded yes, no or change to one remedy, pinned by the remedy's hash."""

    id: str
    case: str
    answer: Answer
    by: str
    role: Role
    remedy_hash: str
    reason: str
    at: datetime


class Settlement(StrEnum):
    """What became of a case."""

    CORRECTED = "corrected"
    NOT_A_CONFLICT = "not_a_conflict"
    REJECTED = "rejected"
    BY_PERSON = "by_person"
    OBSERVED = "observed"
    UNSETTLED = "unsettled"

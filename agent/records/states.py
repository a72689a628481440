"""Where each record may stand. What a word means is said once, here."""

from __future__ import annotations

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands.

    ``OPEN`` is being worked out, ``WAITING`` for a person's decision, ``ACTING`` on one.
    ``NEEDS_PERSON`` ended without a correction and somebody has to look. ``DEAD`` could not be
    worked on at all: it is listed with the dead letters until it is replayed or dropped.
    """

    OPEN = "open"
    WAITING = "waiting"
    ACTING = "acting"
    SETTLED = "settled"
    NEEDS_PERSON = "needs_person"
    DEAD = "dead"


UNFINISHED = (CaseStatus.OPEN, CaseStatus.WAITING, CaseStatus.ACTING, CaseStatus.NEEDS_PERSON)
"""A further signal about the same conflict attaches to a case in one of these."""


class How(StrEnum):
    """What became of a signal on arrival."""

    NEW = "new"
    DUPLICATE = "duplicate"
    ATTACHED = "attached"
    PARKED = "parked"
    DEAD = "dead"


class Trigger(StrEnum):
    """What a turn at the gate is for.

    ``WAKE`` goes on with what was under way; ``AGAIN`` plans anew what was left to a person.
    """

    SIGNAL = "signal"
    DECISION = "decision"
    WAKE = "wake"
    REPLAY = "replay"
    AGAIN = "again"


class TurnState(StrEnum):
    """Where a turn at the gate stands."""

    PARKED = "parked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DecisionState(StrEnum):
    """A decision is decided once, unless another remedy takes the place of the one it is about."""

    PENDING = "pending"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class PostingState(StrEnum):
    """Where a posting stands.

    ``STALE`` and ``REFUSED`` are certain not to have been posted; of ``UNKNOWN`` and ``SENDING``
    nobody can say. ``PARTIAL`` was posted without all of its consequences. ``GIVEN_UP`` was handed
    to a person.
    """

    INTENDED = "intended"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    REFUSED = "refused"
    STALE = "stale"
    UNKNOWN = "unknown"
    GIVEN_UP = "given_up"


UNANSWERED = frozenset({PostingState.SENDING, PostingState.UNKNOWN})
"""These were sent, and what became of them is still looked for."""

IN_DOUBT = UNANSWERED | {PostingState.GIVEN_UP}
"""Nobody can say whether these were posted, so nothing is planned anew beside them."""


class LetterState(StrEnum):
    """What became of a dead letter."""

    LYING = "lying"
    REPLAYED = "replayed"
    DROPPED = "dropped"

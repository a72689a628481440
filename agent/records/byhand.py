"""By hand: what a person did about a case that was left to them, and how it is let go of.

Nothing is posted here, and no precedent comes of it: what was done, no check has proved. A decision
that did not settle the case stays on record beside the person's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from agent.case.ruling import Role, Settlement
from agent.records.again import in_doubt, look_again
from agent.records.answers import DecisionRefused
from agent.records.arrivals import Reread
from agent.records.audit import Entry, append, entries_of
from agent.records.gates import Enqueue, Turn
from agent.records.outcomes import Outcome, outcome_of, settle
from agent.records.remedies import case_row
from agent.records.states import CaseStatus
from agent.records.unheard import take_up

BY_HAND = "settled by hand"


class NotLeft(DecisionRefused):
    """The case is not left to a person, or not any more."""


class InDoubt(DecisionRefused):
    """First somebody has to say what became of a posting of it."""


@dataclass(frozen=True)
class ByHand:
    """A person's word that a case is settled. ``document`` is what they posted, if they did."""

    case: str
    by: str
    role: Role
    reason: str
    document: str | None = None

    def entry(self, what: str = BY_HAND) -> Entry:
        """Return what the audit says of it."""
        details = {"role": self.role.value, "reason": self.reason, "document": self.document}
        return Entry(self.by, what, self.case, details=details)


def settle_by_hand(
    session: Session, said: ByHand, reread: Reread, enqueue: Enqueue, at: datetime
) -> bool:
    """Settle a case by a person's word; False if they have given it before.

    What the case was told too late comes in once more, as if it came now.

    Raises:
        NotLeft: It needs nobody.
        InDoubt: It is not known what became of one of its postings.
    """
    if _said_before(session, said):
        return False
    _left(session, said.case)
    row, known = case_row(session, said.case), outcome_of(session, said.case)
    append(session, said.entry(), at)
    why = f"{said.reason} ({said.document})" if said.document else said.reason
    decision = known.decision if known else None
    outcome = Outcome(
        row.id, Settlement.BY_PERSON, row.kind, row.cause, why, decision, said.document
    )
    settle(session, outcome, at)
    take_up(session, row.id, reread, enqueue, at)
    return True


def have_looked_at_again(session: Session, said: ByHand, enqueue: Enqueue, at: datetime) -> Turn:
    """Have a case worked out anew that was left to a person.

    Raises:
        NotLeft: It needs nobody.
        InDoubt: It is not known what became of one of its postings.
    """
    _left(session, said.case)
    turn = look_again(session, said.case, enqueue, at, said.entry("case looked at again"))
    if turn is None:
        raise NotLeft(f"{said.case} cannot be looked at again now")
    return turn


def _left(session: Session, case: str) -> None:
    status = case_row(session, case).status
    if status is not CaseStatus.NEEDS_PERSON:
        raise NotLeft(f"{case} is not left to a person: it is {status.value.replace('_', ' ')}")
    if in_doubt(session, [case]):
        raise InDoubt("first say of each posting in doubt whether it was posted")


def _said_before(session: Session, said: ByHand) -> bool:
    """Return whether this is the second telling of what settled the case."""
    if case_row(session, said.case).status is not CaseStatus.SETTLED:
        return False
    mine = said.entry()
    return any(
        (one.what, one.who) == (BY_HAND, said.by)
        and all(one.details.get(name) == mine.details[name] for name in ("reason", "document"))
        for one in entries_of(session, said.case)
    )

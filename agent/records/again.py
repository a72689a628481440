"""Looking again: a case that was left to a person is planned anew, where nothing of it is in doubt.

It has no remedy any more: it is read, judged and asked about from the start. The cause may be gone
(the system that was away is back), and what was decided on before is not carried out unasked.
While a posting is in doubt the case stays with the person, who is told that it goes on happening.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import Entry, append
from agent.records.gates import Enqueue, Turn, take
from agent.records.outbox import Notice, put
from agent.records.remedies import case_row
from agent.records.states import IN_DOUBT, CaseStatus, Trigger
from agent.records.tables import CaseRow, InboxRow, OutcomeRow, PostingRow

_ANEW = {"status": CaseStatus.OPEN, "settlement": None, "why": "", "remedy_hash": None}
"""What a case is that is looked at again; all it tried before stays on record."""


@dataclass
class Left:
    """Cases left to a person that signals may meet, kept up as each signal is settled.

    Attributes:
        clear: Those that may be planned anew.
        untold: Those in doubt of whose going on nobody has been told.
        anew: Those that are planned anew now.
        reported: Those of whose going on somebody is told now.
    """

    clear: set[str] = field(default_factory=set[str])
    untold: set[str] = field(default_factory=set[str])
    anew: list[str] = field(default_factory=list[str])
    reported: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, session: Session, cases: Collection[str]) -> Left:
        """Read how cases stand that need a person."""
        if not cases:
            return cls()
        doubtful = in_doubt(session, cases)
        return cls(set(cases) - doubtful, doubtful - _reported(session, doubtful))

    def again(self, case: str) -> bool:
        """Take it that a case was reported again; return whether it is planned anew for that."""
        if case in self.untold:
            self.untold.remove(case)
            self.reported.append(case)
        if case not in self.clear:
            return False
        self.clear.remove(case)
        self.anew.append(case)
        return True

    def write(self, session: Session, at: datetime) -> None:
        """Write down what becomes of them."""
        if self.anew:
            rows = [{"id": case, "changed_at": at, **_ANEW} for case in self.anew]
            session.execute(update(CaseRow), rows)
        for case in self.reported:
            put(session, Notice("reported_again", case), at)


def in_doubt(session: Session, cases: Collection[str]) -> set[str]:
    """Return those of some cases that have a hard posting nobody knows the outcome of.

    A hold, note or task in doubt holds nothing up: it changes nothing that a plan rests on.
    """
    rows = select(col(PostingRow.case_id)).where(
        col(PostingRow.case_id).in_(sorted(cases)),
        col(PostingRow.state).in_(IN_DOUBT),
        col(PostingRow.hard).is_(True),
    )
    return set(session.scalars(rows))


def look_again(
    session: Session, case: str, enqueue: Enqueue, at: datetime, entry: Entry
) -> Turn | None:
    """Plan a case anew that was left to a person, unless something of it is in doubt."""
    row = case_row(session, case)
    if row.status is not CaseStatus.NEEDS_PERSON or in_doubt(session, [case]):
        return None
    for name, value in _ANEW.items():
        setattr(row, name, value)
    row.changed_at = at
    append(session, entry, at)
    return take(session, row, Trigger.AGAIN, enqueue, at)


def _reported(session: Session, cases: Collection[str]) -> set[str]:
    """Return those of some cases that were reported again since they were left to a person."""
    rows = (
        select(col(OutcomeRow.case_id))
        .join(InboxRow, col(InboxRow.case_id) == col(OutcomeRow.case_id))
        .where(
            col(OutcomeRow.case_id).in_(sorted(cases)),
            col(InboxRow.received_at) > col(OutcomeRow.settled_at),
        )
    )
    return set(session.scalars(rows.distinct()))

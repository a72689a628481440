"""Claims: who among those asked takes a question on; given back, it waits for all of them again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agent.records.answers import DecisionRefused, NotAsked
from agent.records.audit import Entry, append
from agent.records.remedies import case_row
from agent.records.states import CaseStatus
from agent.records.tables import CaseRow


class Taken(DecisionRefused):
    """Somebody else has taken it on."""


def claim(session: Session, case: str, by: str, at: datetime) -> None:
    """Take a question on; doing so twice is once.

    Raises:
        NotAsked: The case does not wait for anybody.
        Taken: Somebody else has it, or it was forwarded to them.
    """
    row = _waiting(session, case)
    if row.person == by:
        return
    if row.person is not None:
        raise Taken(f"{row.person} has taken {case} on")
    row.person, row.changed_at = by, at
    append(session, Entry(by, "case claimed", case), at)


def release(session: Session, case: str, by: str, at: datetime) -> None:
    """Give a question back; what nobody has taken on stays so.

    Raises:
        NotAsked: The case does not wait for anybody.
        Taken: Somebody else has it.
    """
    row = _waiting(session, case)
    if row.person is None:
        return
    if row.person != by:
        raise Taken(f"{row.person} has taken {case} on")
    row.person, row.changed_at = None, at
    append(session, Entry(by, "case released", case), at)


def _waiting(session: Session, case: str) -> CaseRow:
    row = case_row(session, case)
    if row.status is not CaseStatus.WAITING:
        raise NotAsked(f"{case} waits for nobody")
    return row

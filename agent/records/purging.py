"""Purging: what is kept of a settled case once its plant's time for it is over.

What people wrote, what systems said, what was judged, decided and posted goes, with every name.
What stays is one entry of the audit: what the case was about, how it ended, and its documents; the
entries it had before are emptied, and their hashes stay. The signals' names stay as long as a
signal could be sent again, so that none opens its case anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy import case as when
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import col

from agent.records.audit import GONE, MACHINE, PURGED, Entry, Link, append, of_row
from agent.records.audit_copies import hush
from agent.records.guards import lowered
from agent.records.states import UNANSWERED, CaseStatus, TurnState
from agent.records.tables import (
    AuditRow,
    CaseRow,
    DecisionRow,
    InboxRow,
    LetterRow,
    ModelTextRow,
    NoticeRow,
    OutcomeRow,
    PostingRow,
    RemedyRow,
    TurnRow,
)

T = TypeVar("T")

EMPTY = {"purged": True}
"""What is left of a signal's body."""

_BUSY = (TurnState.PARKED, TurnState.RUNNING)


def due(session: Session, plant: str, before: datetime, most: int) -> list[str]:
    """Return cases of a plant that were settled before a time and are at rest, the oldest first."""
    return list(session.scalars(_due(plant, before, col(OutcomeRow.case_id)).limit(most)))


def oldest(session: Session, plant: str, before: datetime) -> datetime | None:
    """Return when the first of those cases was settled."""
    return session.scalars(_due(plant, before, col(OutcomeRow.settled_at)).limit(1)).first()


def _due(plant: str, before: datetime, what: SQLCoreOperations[T]) -> Select[T]:
    busy = exists().where(
        col(TurnRow.case_id) == col(OutcomeRow.case_id), col(TurnRow.state).in_(_BUSY)
    )
    doubtful = exists().where(
        col(PostingRow.case_id) == col(OutcomeRow.case_id), col(PostingRow.state).in_(UNANSWERED)
    )
    settled = exists().where(
        col(CaseRow.id) == col(OutcomeRow.case_id), col(CaseRow.status) == CaseStatus.SETTLED
    )
    return (
        select(what)
        .where(
            col(OutcomeRow.settled_at) <= before,
            col(OutcomeRow.plant) == plant,
            settled,
            ~busy,
            ~doubtful,
        )
        .order_by(col(OutcomeRow.settled_at), col(OutcomeRow.case_id))
    )


def purge(session: Session, cases: Sequence[str], at: datetime) -> int:
    """Purge cases; return how many entries of the audit were emptied."""
    if not cases:
        return 0
    with lowered(session.connection()):
        return sum(_purge(session, name, at) for name in cases)


def forget_signals(session: Session, before: datetime) -> int:
    """Let go of the names of purged signals that came in before a time."""
    gone = session.execute(
        delete(InboxRow)
        .where(
            col(InboxRow.case_id).is_(None),
            col(InboxRow.body) == EMPTY,
            col(InboxRow.received_at) <= before,
        )
        .returning(col(InboxRow.id))
    )
    return len(gone.all())


def purged(session: Session, word: str) -> list[Link]:
    """Return what is left of purged cases that a case id or a document number names."""
    rows = session.scalars(
        select(AuditRow).where(col(AuditRow.what) == PURGED).order_by(col(AuditRow.sequence))
    )
    return [of_row(row) for row in rows if word == row.case_id or word in _documents(row.details)]


def _purge(session: Session, name: str, at: datetime) -> int:
    entries = list(
        session.scalars(
            select(col(AuditRow.sequence))
            .where(
                col(AuditRow.case_id) == name,
                col(AuditRow.what) != PURGED,
                col(AuditRow.who) != GONE,
            )
            .order_by(col(AuditRow.sequence))
        )
    )
    left = {**_left(session, name), "entries": entries}
    hush(session, entries)
    by = append(session, Entry(MACHINE, PURGED, name, details=left), at)
    session.execute(
        update(AuditRow)
        .where(col(AuditRow.sequence).in_(entries))
        .values(
            details={"purged": by},
            who=when((col(AuditRow.who) == MACHINE, MACHINE), else_=GONE),
        )
    )
    _delete(session, name)
    return len(entries)


def _left(session: Session, name: str) -> dict[str, Any]:
    """Return what is kept of a case: nothing that anybody wrote, and nobody's name."""
    case, outcome = session.get_one(CaseRow, name), session.get_one(OutcomeRow, name)
    postings = session.scalars(
        select(PostingRow)
        .where(col(PostingRow.case_id) == name, col(PostingRow.document).is_not(None))
        .order_by(col(PostingRow.intended_at), col(PostingRow.key))
    )
    return {
        "kind": case.kind,
        "plant": case.plant,
        "object": case.object,
        "settlement": outcome.settlement.value,
        "opened_at": case.opened_at.isoformat(),
        "settled_at": outcome.settled_at.isoformat(),
        "documents": [
            {"key": one.key, "kind": one.kind, "system": one.system, "document": one.document}
            for one in postings
        ],
    }


def _delete(session: Session, name: str) -> None:
    """Delete a case's rows, those first that point at others."""
    session.execute(delete(LetterRow).where(col(LetterRow.case_id) == name))
    mine = select(col(InboxRow.id)).where(col(InboxRow.case_id) == name)
    session.execute(delete(LetterRow).where(col(LetterRow.inbox_id).in_(mine)))
    for table in (ModelTextRow, NoticeRow, PostingRow, TurnRow, OutcomeRow, DecisionRow, RemedyRow):
        session.execute(delete(table).where(col(table.case_id) == name))
    signals = update(InboxRow).where(col(InboxRow.case_id) == name)
    session.execute(signals.values(case_id=None, body=EMPTY))
    session.execute(delete(CaseRow).where(col(CaseRow.id) == name))


def _documents(details: Any) -> list[str]:
    return [str(one.get("document")) for one in details.get("documents", ())]

"""Records restored from a backup: what was posted since it was made is in no ledger.

So from the moment they are restored, whatever was known before that moment, or may have been, is
looked for in the target before it is sent, as if its answer had been lost.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import desc, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import Entry, append
from agent.records.tables import AuditRow, CaseRow

RESTORED = "records restored"
INSTALLATION = "installation"
"""Stands in the audit where a case would: what is written there is about all of them."""

WHY = "the records were restored from a backup since: it may have been posted"


def note(session: Session, by: str, taken_at: str, at: datetime) -> None:
    """Write down that the records are those of a backup."""
    append(session, Entry(by, RESTORED, INSTALLATION, details={"taken_at": taken_at}), at)


def may_be_posted(session: Session, case: str, known_at: datetime | None) -> bool:
    """Return whether a posting may have gone out after a backup that was restored since.

    Args:
        session: A session.
        case: The posting's case; its signal may have come in, and been lost, before.
        known_at: When the ledger heard last of the posting, if it did.
    """
    restored = session.scalar(
        select(col(AuditRow.at))
        .where(col(AuditRow.case_id) == INSTALLATION, col(AuditRow.what) == RESTORED)
        .order_by(desc(col(AuditRow.sequence)))
        .limit(1)
    )
    if restored is None:
        return False
    if known_at is None:
        row = session.get(CaseRow, case)
        known_at = datetime.fromisoformat(row.signal["time"]) if row is not None else None
    return known_at is not None and known_at < datetime.fromisoformat(restored)

"""Records restored from a backup: what was posted since it was made is in no ledger.

So from the moment they are restored, whatever was known before that moment, or may have been, is
looked for in the target before it is sent, as if its answer had been lost.

That they were restored says the folder of a backup, a person, or one of these signs:

- PostgreSQL: the records lie in another database than they did, as after ``pg_restore``, or on
  another timeline of the server, as after a recovery to a point in time.
- A home has signed a checkpoint last that the chain does not bear out: its end went back.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import desc, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import MACHINE, Entry, append
from agent.records.database import Database
from agent.records.seal import Checkpoint
from agent.records.tables import AuditRow, CaseRow

log = logging.getLogger("concord.records")

RESTORED = "records restored"
PLACED = "records placed"
INSTALLATION = "installation"
"""Stands in the audit where a case would: what is written there is about all of them."""

WHY = "the records were restored from a backup since: it may have been posted"

SENT_AGAIN = timedelta(days=7)
"""So long after a restore a signal counts as one that may have been lost with the records.

Its time does not tell: a sender's clock may be ahead, and a message without a time of its own has
the one at which it came in, which is that of its coming again.
"""

_PLACE = text(
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid || '/' || "
    "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) "
    "FROM pg_database WHERE datname = current_database()"
)
"""The server, the database on it, and the timeline it is on."""


def note(session: Session, by: str, why: Mapping[str, Any], at: datetime) -> None:
    """Write down that the records are those of a backup."""
    append(session, Entry(by, RESTORED, INSTALLATION, details=why), at)


def look(
    database: Database, kept: Sequence[Checkpoint], at: datetime, taken_at: str | None = None
) -> bool:
    """Note that the records were restored, if anything says so; once.

    Args:
        database: The records.
        kept: The checkpoints of this home, in the order they were signed.
        at: Now.
        taken_at: When the backup was made, where the home is that of a backup.
    """
    with database.read() as session:
        if taken_at is None and not _signs(session, kept):
            return False
    with database.write() as session:
        signs = _signs(session, kept)
        if taken_at is not None:
            signs["taken_at"] = taken_at
        elif not _said(session, "place") and set(signs) == {"place"}:
            append(session, Entry(MACHINE, PLACED, INSTALLATION, details=signs), at)
            return False
        if signs:
            note(session, MACHINE, signs, at)
    return bool(signs)


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
    at = datetime.fromisoformat(restored)
    if known_at is not None:
        return known_at < at
    row = session.get(CaseRow, case)
    return row is not None and datetime.fromisoformat(row.signal["time"]) < at + SENT_AGAIN


def _signs(session: Session, kept: Sequence[Checkpoint]) -> dict[str, Any]:
    """Return what is not as it was written down before."""
    signs = dict[str, Any]()
    place = _place(session)
    if place is not None and place != next(iter(_said(session, "place")), None):
        signs["place"] = place
    if kept and _went_back(session, kept[-1]):
        mark = kept[-1].signature
        if mark not in _said(session, "checkpoint"):
            signs["checkpoint"] = mark
    return signs


def _place(session: Session) -> str | None:
    """Return where the records lie; None for a file, and a server that does not say."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    try:
        with session.begin_nested():
            return session.scalar(_PLACE)
    except DBAPIError as error:
        log.warning("a restore of this server will not be noticed: %s", error)
        return None


def _went_back(session: Session, last: Checkpoint) -> bool:
    """Return whether the chain is not the one a checkpoint has seen."""
    there = session.get(AuditRow, last.sequence)
    return last.sequence > 0 and (there is None or there.hash != last.hash)


def _said(session: Session, name: str) -> list[Any]:
    """Return what was written down about the installation under a name, the latest first."""
    details = session.scalars(
        select(col(AuditRow.details))
        .where(col(AuditRow.case_id) == INSTALLATION)
        .order_by(desc(col(AuditRow.sequence)))
    )
    return [one[name] for one in details if name in one]

"""What models were sent and answered: the hash in the audit for good, the text for a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import Entry, append
from agent.records.canonical import digest
from agent.records.tables import ModelTextRow

ASKED = "model asked"


@dataclass(frozen=True)
class Asked:
    """One call of a model: facts about it, and its texts. ``days`` None keeps no text."""

    who: str
    case: str
    details: Mapping[str, Any]
    texts: Mapping[str, Any]
    days: int | None


def asked(session: Session, one: Asked, at: datetime) -> int:
    """Write a call into the audit, and keep its texts as long as the plant says."""
    mark = digest(one.texts)
    details = {**one.details, "texts": mark, "kept": one.days is not None}
    sequence = append(session, Entry(one.who, ASKED, one.case, details=details), at)
    if one.days is not None:
        session.add(
            ModelTextRow(
                sequence=sequence,
                case_id=one.case,
                digest=mark,
                body=one.texts,
                forget_at=at + timedelta(days=one.days),
            )
        )
        session.flush()
    return sequence


def texts_of(session: Session, case: str) -> dict[int, Any]:
    """Return the texts that are still kept of a case, by the audit entry of their call."""
    rows = session.scalars(
        select(ModelTextRow)
        .where(col(ModelTextRow.case_id) == case)
        .order_by(col(ModelTextRow.sequence))
    )
    return {row.sequence: row.body for row in rows}


def forget(session: Session, at: datetime) -> None:
    """Delete the texts whose time is over; the audit still holds their hashes."""
    session.execute(delete(ModelTextRow).where(col(ModelTextRow.forget_at) <= at))

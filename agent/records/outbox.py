"""The outbox: notifications, written in the transaction of what they tell of and sent later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.tables import NoticeRow


@dataclass(frozen=True)
class Notice:
    """Something somebody should hear of. ``id`` is given when it is written."""

    topic: str
    case: str | None
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: int | None = None
    attempts: int = 0


def put(session: Session, notice: Notice, at: datetime, not_before: datetime | None = None) -> None:
    """Write a notification down, to be sent now or at a time."""
    session.add(
        NoticeRow(
            topic=notice.topic,
            case_id=notice.case,
            body=notice.body,
            written_at=at,
            not_before=not_before or at,
        )
    )


def due(session: Session, at: datetime, limit: int = 100) -> list[Notice]:
    """Return what is to be sent now, oldest first."""
    rows = session.scalars(
        select(NoticeRow)
        .where(col(NoticeRow.sent_at).is_(None), col(NoticeRow.not_before) <= at)
        .order_by(col(NoticeRow.not_before), col(NoticeRow.id))
        .limit(limit)
    )
    return [Notice(row.topic, row.case_id, row.body, row.id, row.attempts) for row in rows]


def sent(session: Session, notice: int, at: datetime) -> None:
    """Note that a notification went out."""
    row = session.get_one(NoticeRow, notice)
    row.sent_at, row.error = at, ""
    row.attempts += 1


def failed(session: Session, notice: int, error: str, again_at: datetime) -> None:
    """Note that a notification did not go out, and when to try again."""
    row = session.get_one(NoticeRow, notice)
    row.error, row.not_before = error, again_at
    row.attempts += 1

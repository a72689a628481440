"""The outbox: notifications, written in the transaction of what they tell of and sent later.

A row without a route is an event. It is spread once, in one transaction, into a row per route that
wants it; those rows are what is sent. Whoever sends a row has claimed it before, for a while: of
several senders one has it, and a row whose sender died comes again, with the same id. What cannot
be delivered stays, given up, until somebody has it sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import MACHINE, Entry, append
from agent.records.tables import CaseRow, NoticeRow


@dataclass(frozen=True)
class Notice:
    """Something somebody should hear of. ``id`` is given when it is written."""

    topic: str
    case: str | None
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: int | None = None
    attempts: int = 0


@dataclass(frozen=True)
class Event:
    """A notice that is to be spread, with what routes are chosen by."""

    topic: str
    plant: str
    criticality: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Delivery:
    """A claimed row: one event on its way along one route. ``event`` is the id consumers see."""

    id: int
    event: str
    topic: str
    case: str
    route: str
    body: Mapping[str, Any]
    written_at: datetime
    attempts: int
    claim: str


@dataclass(frozen=True)
class Failed:
    """A delivery that was given up, for whoever mends it."""

    id: int
    topic: str
    case: str | None
    route: str
    attempts: int
    error: str
    given_up_at: datetime


class NotGivenUp(ValueError):
    """There is no such given-up notification; the person who asked is told."""


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
    """Return what is to be spread or sent now, oldest first."""
    rows = session.scalars(
        select(NoticeRow)
        .where(*_open(at))
        .order_by(col(NoticeRow.not_before), col(NoticeRow.id))
        .limit(limit)
    )
    return [Notice(row.topic, row.case_id, row.body, row.id, row.attempts) for row in rows]


def spread(
    session: Session, routes_of: Callable[[Event], Iterable[str]], at: datetime, limit: int = 100
) -> int:
    """Make a row for every route that wants an event; return how many events there were.

    An event is spread once, whatever becomes of its rows; without a route it is over.
    """
    rows = session.scalars(
        select(NoticeRow)
        .where(*_open(at), col(NoticeRow.route).is_(None))
        .order_by(col(NoticeRow.not_before), col(NoticeRow.id))
        .limit(limit)
    ).all()
    for row in rows:
        row.sent_at = at
        case = session.get(CaseRow, row.case_id) if row.case_id else None
        if case is None:
            continue
        event = Event(row.topic, case.plant, case.criticality.value, row.body)
        for route in routes_of(event):
            session.add(
                NoticeRow(
                    topic=row.topic,
                    case_id=row.case_id,
                    body=row.body,
                    route=route,
                    event=f"{row.case_id}-{row.topic}-{row.id}",
                    written_at=row.written_at,
                    not_before=at,
                )
            )
    return len(rows)


def claim(
    session: Session, mark: str, at: datetime, lease: timedelta, limit: int = 20
) -> list[Delivery]:
    """Claim rows to send. Nobody else gets them before the lease ends, or has them sent."""
    free = or_(col(NoticeRow.claimed_until).is_(None), col(NoticeRow.claimed_until) <= at)
    some = session.scalars(
        select(col(NoticeRow.id))
        .where(*_open(at), col(NoticeRow.route).is_not(None), free)
        .order_by(col(NoticeRow.not_before), col(NoticeRow.id))
        .limit(limit)
    ).all()
    session.execute(
        update(NoticeRow)
        .where(col(NoticeRow.id).in_(some), *_open(at), free)
        .values(claim=mark, claimed_until=at + lease)
        .execution_options(synchronize_session=False)
    )
    mine = select(NoticeRow).where(col(NoticeRow.id).in_(some), col(NoticeRow.claim) == mark)
    rows = session.scalars(mine.order_by(col(NoticeRow.not_before), col(NoticeRow.id)))
    return [_delivery(row, mark) for row in rows]


def sent(session: Session, one: Delivery, at: datetime, said: str = "") -> bool:
    """Note that a delivery is over; false where another sender has it by now."""
    values = {"sent_at": at, "error": said, "attempts": one.attempts + 1}
    return _end_claim(session, one, values)


def failed(session: Session, one: Delivery, error: str, again_at: datetime) -> bool:
    """Note that a delivery did not arrive, or nobody knows, and when to try again."""
    values = {"error": error, "not_before": again_at, "attempts": one.attempts + 1}
    return _end_claim(session, one, values)


def put_off(session: Session, one: Delivery, until: datetime) -> bool:
    """Leave a delivery for later; nothing was tried."""
    return _end_claim(session, one, {"not_before": until})


def give_up(session: Session, one: Delivery, error: str, at: datetime) -> bool:
    """Note that a delivery is not tried again unless somebody asks for it."""
    values = {"error": error, "given_up_at": at, "attempts": one.attempts + 1}
    if not _end_claim(session, one, values):
        return False
    details = {"notice": one.id, "topic": one.topic, "route": one.route, "error": error}
    append(session, Entry(MACHINE, "notification given up", one.case, details=details), at)
    return True


def given_up(session: Session, limit: int = 200) -> list[Failed]:
    """Return what was given up, the latest first."""
    rows = session.scalars(
        select(NoticeRow)
        .where(col(NoticeRow.given_up_at).is_not(None))
        .order_by(col(NoticeRow.id).desc())
        .limit(limit)
    )
    return [
        Failed(
            row.id or 0,
            row.topic,
            row.case_id,
            row.route or "",
            row.attempts,
            row.error,
            row.given_up_at or row.written_at,
        )
        for row in rows
    ]


def again(session: Session, notice: int, by: str, at: datetime) -> None:
    """Have a given-up delivery sent once more, with the id it had.

    Raises:
        NotGivenUp: There is none of this number.
    """
    row = session.get(NoticeRow, notice)
    if row is None or row.given_up_at is None:
        raise NotGivenUp(f"no notification {notice} was given up")
    row.given_up_at, row.not_before, row.attempts = None, at, 0
    details = {"notice": notice, "route": row.route}
    append(session, Entry(by, "notification sent again", row.case_id, details=details), at)


def _open(at: datetime) -> tuple[Any, ...]:
    return (
        col(NoticeRow.sent_at).is_(None),
        col(NoticeRow.given_up_at).is_(None),
        col(NoticeRow.not_before) <= at,
    )


def _end_claim(session: Session, one: Delivery, values: Mapping[str, Any]) -> bool:
    done = session.execute(
        update(NoticeRow)
        .where(
            col(NoticeRow.id) == one.id,
            col(NoticeRow.claim) == one.claim,
            col(NoticeRow.sent_at).is_(None),
        )
        .values(claim=None, claimed_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(done, CursorResult) and done.rowcount == 1


def _delivery(row: NoticeRow, mark: str) -> Delivery:
    return Delivery(
        id=row.id or 0,
        event=row.event or "",
        topic=row.topic,
        case=row.case_id or "",
        route=row.route or "",
        body=row.body,
        written_at=row.written_at,
        attempts=row.attempts,
        claim=mark,
    )

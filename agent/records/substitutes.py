"""Substitutes: who stands in for whom, and when.

A deputy sees what was claimed by, or forwarded to, the person who is away. What the deputy may
decide follows from the deputy's own roles; standing in lends nobody any authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import Entry, append
from agent.records.tables import SubstituteRow

LONGEST_DAYS = 366


class NoSubstitute(ValueError):
    """A person cannot be stood in for like this; whoever asked corrects it."""


@dataclass(frozen=True)
class Substitute:
    """A standing deputy: who, for whom, on which days (both included)."""

    id: int
    person: str
    deputy: str
    starts_on: date
    ends_on: date


def appoint(
    session: Session, person: str, deputy: str, days: tuple[date, date], by: str, at: datetime
) -> int:
    """Let a deputy stand in for a person on some days, and return the appointment's number.

    Raises:
        NoSubstitute: The deputy is the person, or the days are in no order or too many.
    """
    starts, ends = days
    if not deputy or deputy.strip().casefold() == person.strip().casefold():
        raise NoSubstitute("nobody stands in for themselves")
    if ends < starts or (ends - starts).days > LONGEST_DAYS or ends < at.date():
        raise NoSubstitute("the days are in the past, in no order, or too many")
    row = SubstituteRow(person=person, deputy=deputy, starts_on=starts, ends_on=ends, made_at=at)
    session.add(row)
    session.flush()
    details = {"person": person, "deputy": deputy, "from": str(starts), "to": str(ends)}
    append(session, Entry(by, "substitute appointed", details=details), at)
    return row.id or 0


def dismiss(session: Session, number: int, person: str, at: datetime) -> None:
    """End an appointment of a person's; one that is over, or another's, stays as it is."""
    row = session.get(SubstituteRow, number)
    if row is None or row.person != person or row.ended_at is not None:
        return
    row.ended_at = at
    details = {"person": person, "deputy": row.deputy}
    append(session, Entry(person, "substitute dismissed", details=details), at)


def substitutes_of(session: Session, person: str, today: date) -> list[Substitute]:
    """Return who stands in for a person, now or later."""
    rows = session.scalars(
        select(SubstituteRow)
        .where(
            col(SubstituteRow.person) == person,
            col(SubstituteRow.ended_at).is_(None),
            col(SubstituteRow.ends_on) >= today,
        )
        .order_by(col(SubstituteRow.starts_on))
    )
    return [
        Substitute(row.id or 0, row.person, row.deputy, row.starts_on, row.ends_on) for row in rows
    ]


def represented_by(session: Session, deputy: str, today: date) -> tuple[str, ...]:
    """Return whom somebody stands in for today."""
    rows = session.scalars(
        select(col(SubstituteRow.person)).where(
            col(SubstituteRow.deputy) == deputy,
            col(SubstituteRow.ended_at).is_(None),
            col(SubstituteRow.starts_on) <= today,
            col(SubstituteRow.ends_on) >= today,
        )
    )
    return tuple(dict.fromkeys(rows))

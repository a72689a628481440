"""What the service refused, hour by hour: by which rule, on which route, and of whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.watch_tables import ViolationRow

KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Violation:
    """Requests that broke one rule on one route, from one sender; ``who`` is empty of strangers."""

    route: str
    rule: str
    who: str
    count: int
    last_at: datetime

    @property
    def hour(self) -> datetime:
        """The hour of the last one."""
        return hour_of(self.last_at)


def hour_of(at: datetime) -> datetime:
    """Return when the hour of a moment began."""
    return at.replace(minute=0, second=0, microsecond=0)


def note(session: Session, found: Iterable[Violation], at: datetime) -> None:
    """Add to what the hours have, and let go of hours that nobody asks for any more."""
    for one in found:
        row = session.get(ViolationRow, (one.hour, one.route, one.rule, one.who))
        if row is None:
            row = ViolationRow(
                hour=one.hour,
                route=one.route,
                rule=one.rule,
                who=one.who,
                count=one.count,
                last_at=one.last_at,
            )
            session.add(row)
        else:
            row.count, row.last_at = row.count + one.count, max(row.last_at, one.last_at)
    session.execute(delete(ViolationRow).where(col(ViolationRow.hour) < at - KEPT))


def since(session: Session, at: datetime) -> list[Violation]:
    """Return what was refused in the hours that began then or later."""
    rows = session.scalars(select(ViolationRow).where(col(ViolationRow.hour) >= at))
    return [Violation(one.route, one.rule, one.who, one.count, one.last_at) for one in rows]


def summed(found: Iterable[Violation]) -> list[Violation]:
    """Return them with one sum for each route, rule and sender, the most frequent first."""
    sums = dict[tuple[str, str, str], Violation]()
    for one in found:
        key = (one.route, one.rule, one.who)
        before = sums.get(key)
        if before is None:
            sums[key] = one
        else:
            last = max(before.last_at, one.last_at)
            sums[key] = Violation(*key, before.count + one.count, last)
    return sorted(sums.values(), key=lambda one: (-one.count, one.route, one.rule, one.who))

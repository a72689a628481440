"""How the interfaces stand, process by process: workers and web have connections of their own.

Each process adds what it counted since it last wrote, so figures go on over its restarts, and any
process can tell of all. One that has not written for a while is not believed about now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.watch_tables import InterfaceRow

STALE_AFTER = timedelta(minutes=3)
"""After so long without a word of a process, what it said of its breakers is no longer news."""

FORGOTTEN_AFTER = timedelta(days=7)
LONGEST_WHY = 300


@dataclass(frozen=True)
class Fault:
    """The last failure of an interface: when, what kind, and in the words of the error."""

    at: datetime
    failing: str
    why: str


@dataclass(frozen=True)
class Health:
    """How one system of one plant stands in one process.

    As it is written, ``answered`` and ``failed`` are what to add; as it is read, all there was.
    """

    plant: str
    system: str
    answered: int
    failed: Mapping[str, int]
    answered_at: datetime | None
    fault: Fault | None
    left_alone: bool


@dataclass(frozen=True)
class Told:
    """What a process wrote, and when."""

    process: str
    health: Health
    at: datetime

    def stale(self, now: datetime) -> bool:
        """Return whether the process has been silent for too long."""
        return now - self.at > STALE_AFTER


def note(session: Session, process: str, found: Sequence[Health], at: datetime) -> None:
    """Write down how a process's interfaces stand."""
    for one in found:
        row = session.get(InterfaceRow, (process, one.plant, one.system))
        if row is None:
            row = InterfaceRow(
                process=process, plant=one.plant, system=one.system, failed={}, written_at=at
            )
            session.add(row)
        _add(row, one)
        row.written_at = at


def forget(session: Session, at: datetime) -> None:
    """Let go of what processes said that are long gone."""
    gone = col(InterfaceRow.written_at) < at - FORGOTTEN_AFTER
    session.execute(delete(InterfaceRow).where(gone))


def told(session: Session) -> list[Told]:
    """Return what every process said last, by plant and system."""
    of = col(InterfaceRow.plant), col(InterfaceRow.system), col(InterfaceRow.process)
    return [_told(row) for row in session.scalars(select(InterfaceRow).order_by(*of))]


def _add(row: InterfaceRow, more: Health) -> None:
    known: Mapping[str, int] = row.failed
    row.answered = (row.answered or 0) + more.answered
    row.failed = {
        kind: known.get(kind, 0) + more.failed.get(kind, 0)
        for kind in sorted({*known, *more.failed})
    }
    row.answered_at = more.answered_at or row.answered_at
    if more.fault is not None:
        row.failed_at, row.failing = more.fault.at, more.fault.failing
        row.why = more.fault.why[:LONGEST_WHY]
    row.left_alone = more.left_alone


def _told(row: InterfaceRow) -> Told:
    fault = Fault(row.failed_at, row.failing or "", row.why) if row.failed_at else None
    health = Health(
        plant=row.plant,
        system=row.system,
        answered=row.answered,
        failed=row.failed,
        answered_at=row.answered_at,
        fault=fault,
        left_alone=row.left_alone,
    )
    return Told(row.process, health, row.written_at)

"""How far each copy of the audit has come, what is to be sent next, and what was not taken.

Entries are sent in the order of the chain, those of one plant's cases to each of its targets. What
is sent has been claimed before, for a while: of several workers one sends, and a worker that died
is followed by another where it was. The place is moved after an answer, so an entry may come twice
and none is left out; its sequence and hash say which one it is.

Nothing here writes an entry about a case: a target that refuses everything would be told of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import CursorResult, Row, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import GONE, PURGED, Entry, append, head
from agent.records.canonical import canonical
from agent.records.columns import storable
from agent.records.copy_tables import CopyRow, RefusedCopyRow
from agent.records.tables import AuditRow, CaseRow
from tools.objects.audit import AuditEntry

STRIDE = 1000
"""So many entries that concern nobody are passed by before the place is moved for their sake."""


@dataclass(frozen=True)
class Wanted:
    """One target as the plant file asks for it."""

    target: str
    plant: str
    from_start: bool = False


@dataclass(frozen=True)
class Refusal:
    """One entry a target would not take."""

    sequence: int
    reason: str
    refused_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How a target stands: what it holds, what waits since when, and what is in the way."""

    target: str
    sequence: int
    copied_at: datetime | None
    waiting: int
    oldest: datetime | None
    trouble: str
    trouble_since: datetime | None
    again_at: datetime | None
    refused: tuple[Refusal, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON-plain data."""
        return TypeAdapter(Standing).dump_python(self, mode="json")


class NotRefused(ValueError):
    """There is no such refused copy; the person who asked is told."""


def begin(session: Session, wanted: Wanted) -> None:
    """Let a target begin where the chain ends now, unless it has begun before."""
    if session.get(CopyRow, wanted.target) is None:
        first = 0 if wanted.from_start else head(session).sequence
        session.add(CopyRow(target=wanted.target, plant=wanted.plant, sequence=first, trouble=""))
        session.flush()


def ready(session: Session, wanted: Wanted, at: datetime) -> bool:
    """Say whether there may be something to send now, without claiming it."""
    row = session.get(CopyRow, wanted.target)
    if row is None:
        return True
    if (row.not_before and row.not_before > at) or (row.claimed_until and row.claimed_until > at):
        return False
    if _again(session, wanted.target, 1) or head(session).sequence >= row.sequence + STRIDE:
        return True
    return session.execute(_perhaps(row).limit(1)).first() is not None


def claim(
    session: Session, wanted: Wanted, mark: str, at: datetime, lease: timedelta, most: int
) -> list[AuditEntry]:
    """Claim a target and return what is to be sent to it, oldest first."""
    begin(session, wanted)
    free = or_(col(CopyRow.claimed_until).is_(None), col(CopyRow.claimed_until) <= at)
    due = or_(col(CopyRow.not_before).is_(None), col(CopyRow.not_before) <= at)
    done = session.execute(
        update(CopyRow)
        .where(col(CopyRow.target) == wanted.target, free, due)
        .values(claim=mark, claimed_until=at + lease)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        return []
    row = session.get_one(CopyRow, wanted.target, populate_existing=True)
    found, seen = _after(session, row, most)
    if not found:
        row.sequence = seen
    found = [*_again(session, wanted.target, most), *found]
    if not found:
        row.claim = row.claimed_until = None
    return found


def copied(
    session: Session, target: str, mark: str, entry: AuditEntry, at: datetime, lease: timedelta
) -> bool:
    """Note that a target has an entry; false where another worker has the target by now."""
    if (row := _mine(session, target, mark)) is None:
        return False
    refused = session.get(RefusedCopyRow, (target, entry.sequence))
    if refused is not None:
        session.delete(refused)
    row.copied_at, row.claimed_until = at, at + lease
    _past(row, entry)
    return True


def refused(
    session: Session, target: str, mark: str, entry: AuditEntry, reason: str, at: datetime
) -> bool:
    """Note that a target will not take an entry as it is: it is listed, and the next one's turn."""
    if (row := _mine(session, target, mark)) is None:
        return False
    known = session.get(RefusedCopyRow, (target, entry.sequence))
    if known is None:
        known = RefusedCopyRow(target=target, sequence=entry.sequence, reason=reason)
        session.add(known)
    known.reason, known.refused_at = reason, at
    _past(row, entry)
    return True


def failed(
    session: Session, target: str, mark: str, trouble: str, at: datetime, again_at: datetime
) -> bool:
    """Note that nothing is taken now, and when to try again."""
    if (row := _mine(session, target, mark)) is None:
        return False
    row.attempts, row.not_before, row.trouble = row.attempts + 1, again_at, trouble
    row.trouble_since = row.trouble_since or at
    return True


def release(session: Session, target: str, mark: str) -> None:
    """Give a target back."""
    if (row := _mine(session, target, mark)) is not None:
        row.claim = row.claimed_until = None


def attempts(session: Session, target: str) -> int:
    """Return how often in a row nothing was taken."""
    row = session.get(CopyRow, target)
    return row.attempts if row else 0


def again(session: Session, target: str, sequence: int | None, by: str, at: datetime) -> int:
    """Have refused copies of a target sent once more, one or all; return how many.

    Raises:
        NotRefused: There is none.
    """
    rows = [
        row
        for row in _refusals(session, target)
        if row.refused_at is not None and sequence in {None, row.sequence}
    ]
    if not rows:
        which = "entry" if sequence is None else f"entry {sequence}"
        raise NotRefused(f"no {which} was refused by {target}")
    for row in rows:
        row.refused_at = None
    details = {"target": target, "entries": [row.sequence for row in rows]}
    append(session, Entry(by, "audit copies sent again", details=details), at)
    return len(rows)


def hush(session: Session, entries: Collection[int]) -> None:
    """Forget what targets said of entries that are being emptied: it may repeat what they said."""
    session.execute(
        update(RefusedCopyRow)
        .where(col(RefusedCopyRow.sequence).in_(entries))
        .values(reason=GONE)
        .execution_options(synchronize_session=False)
    )


def standings(session: Session, targets: Iterable[str]) -> list[Standing]:
    """Return how targets stand; one that no worker has looked at yet is left out."""
    rows = (session.get(CopyRow, target) for target in targets)
    return [_standing(session, row) for row in rows if row is not None]


def _standing(session: Session, row: CopyRow) -> Standing:
    refusals = tuple(
        Refusal(one.sequence, one.reason, one.refused_at) for one in _refusals(session, row.target)
    )
    waiting, oldest = _waiting(session, row)
    return Standing(
        target=row.target,
        sequence=row.sequence,
        copied_at=row.copied_at,
        waiting=waiting,
        oldest=datetime.fromisoformat(oldest) if oldest else None,
        trouble=row.trouble,
        trouble_since=row.trouble_since,
        again_at=row.not_before if row.trouble else None,
        refused=refusals,
    )


def _past(row: CopyRow, entry: AuditEntry) -> None:
    """Go on behind an entry the target has answered; what was in the way is not any more."""
    row.sequence = max(row.sequence, entry.sequence)
    row.attempts, row.not_before, row.trouble, row.trouble_since = 0, None, "", None


def _mine(session: Session, target: str, mark: str) -> CopyRow | None:
    row = session.get(CopyRow, target)
    return row if row is not None and row.claim == mark else None


def _refusals(session: Session, target: str) -> list[RefusedCopyRow]:
    rows = select(RefusedCopyRow).where(col(RefusedCopyRow.target) == target)
    return list(session.scalars(rows.order_by(col(RefusedCopyRow.sequence))))


def _again(session: Session, target: str, most: int) -> list[AuditEntry]:
    """Return refused entries that somebody has asked for again."""
    wanted = [row.sequence for row in _refusals(session, target) if row.refused_at is None][:most]
    if not wanted:
        return []
    plant = session.get_one(CopyRow, target).plant
    rows = session.execute(_entries().where(col(AuditRow.sequence).in_(wanted))).all()
    return [_entry(one, plant) for one, _ in rows]


def _waiting(session: Session, row: CopyRow) -> tuple[int, str | None]:
    """Return how many entries a target lacks, and when the oldest was written."""
    after = col(AuditRow.sequence) > row.sequence
    its = exists().where(col(CaseRow.id) == col(AuditRow.case_id), col(CaseRow.plant) == row.plant)
    wanted = select(func.count(), func.min(col(AuditRow.at))).where(after, its)
    number, oldest = session.execute(wanted).one()
    emptied = session.execute(_entries().where(after, col(CaseRow.id).is_(None))).all()
    times = [one.at for one in _belonging(session, emptied, row.plant)]
    return number + len(times), min([*times, *([oldest] if oldest else [])], default=None)


def _after(session: Session, row: CopyRow, most: int) -> tuple[list[AuditEntry], int]:
    """Return what a target lacks, oldest first, and how far in the chain was looked."""
    end = head(session).sequence
    found = session.execute(_perhaps(row).limit(most)).all()
    if len(found) == most:
        end = found[-1][0].sequence
    return [_entry(one, row.plant) for one in _belonging(session, found, row.plant)], end


def _perhaps(row: CopyRow) -> Select[AuditRow, str]:
    """Select what a target may lack: entries of its plant, and of cases that were purged."""
    its = or_(col(CaseRow.plant) == row.plant, col(CaseRow.plant).is_(None))
    return _entries().where(col(AuditRow.sequence) > row.sequence, its)


def _entries() -> Select[AuditRow, str]:
    """Select entries about cases, each with its case's plant; none if the case was purged."""
    return (
        select(AuditRow, col(CaseRow.plant))
        .outerjoin(CaseRow, col(CaseRow.id) == col(AuditRow.case_id))
        .where(col(AuditRow.case_id).is_not(None))
        .order_by(col(AuditRow.sequence))
    )


def _belonging(session: Session, found: Sequence[Row[AuditRow, str]], plant: str) -> list[AuditRow]:
    """Return the entries of a plant; where a purged case was, its last entry tells."""
    left = _purged(session, {one.case_id or "" for one, of in found if not of})
    return [one for one, of in found if (of or left.get(one.case_id or "")) == plant]


def _purged(session: Session, cases: Collection[str]) -> dict[str, str]:
    if not cases:
        return {}
    last = (col(AuditRow.what) == PURGED, col(AuditRow.case_id).in_(cases))
    rows = session.scalars(select(AuditRow).where(*last))
    return {
        row.case_id or "": row.details.get("plant") or row.details["object"].partition("/")[0]
        for row in rows
    }


def _entry(row: AuditRow, plant: str) -> AuditEntry:
    """Return an entry as it is copied: as it lies there, emptied if it was emptied."""
    said: Mapping[str, Any] = row.details
    papers = [said.get("document"), *(one.get("document") for one in said.get("documents", ()))]
    return AuditEntry(
        sequence=row.sequence,
        hash=row.hash,
        at=datetime.fromisoformat(row.at),
        who=row.who,
        what=row.what,
        plant=plant,
        case=row.case_id or "",
        reason=storable(str(said.get("reason") or said.get("why") or "")),
        documents=tuple(str(one) for one in papers if one),
        details=canonical(said),
    )

"""Dead letters: signals and cases nobody could work on, kept with the reason until someone acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import desc, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Settlement
from agent.records.arrivals import Received, Reread, settle_in
from agent.records.audit import MACHINE, Entry, append
from agent.records.gates import Enqueue, take
from agent.records.outbox import Notice, put
from agent.records.outcomes import Outcome, settle
from agent.records.remedies import case_row
from agent.records.states import CaseStatus, How, LetterState, Trigger, TurnState
from agent.records.tables import CaseRow, InboxRow, LetterRow

AT_ONCE = 100


class NotLying(ValueError):
    """There is no such dead letter, or it was replayed or dropped before; the person is told."""


@dataclass(frozen=True)
class DeadLetter:
    """One dead letter. A signal has source and id; a case that died has its id."""

    id: int
    reason: str
    state: LetterState
    buried_at: datetime
    case: str | None
    source: str | None
    signal: str | None
    body: Any


def bury_case(session: Session, case: str, reason: str, at: datetime) -> int | None:
    """Take a case out of work, with the reason; None where there is nothing to bury."""
    row = case_row(session, case)
    if row.status in {CaseStatus.SETTLED, CaseStatus.DEAD}:
        return None
    row.status, row.why, row.changed_at = CaseStatus.DEAD, reason, at
    letter = LetterRow(case_id=case, reason=reason, state=LetterState.LYING, buried_at=at)
    session.add(letter)
    session.flush()
    details = {"reason": reason, "dead_letter": letter.id}
    put(session, Notice("case_dead", case, details), at)
    append(session, Entry(MACHINE, "case buried", case, details=details), at)
    return letter.id


def listed(
    session: Session, state: LetterState | None = LetterState.LYING, after: int | None = None
) -> Iterator[DeadLetter]:
    """Go through the dead letters in a state, or all, the latest first; or on behind one of them.

    They are read as they are asked for: how many a reader may see, only the reader knows.
    """
    rows = select(LetterRow, InboxRow).outerjoin(InboxRow, col(LetterRow.inbox_id) == InboxRow.id)
    if state is not None:
        rows = rows.where(col(LetterRow.state) == state)
    if after is not None:
        rows = rows.where(col(LetterRow.id) < after)
    found = session.execute(
        rows.order_by(desc(col(LetterRow.id))).execution_options(yield_per=AT_ONCE)
    )
    return (_letter(letter, signal) for letter, signal in found)


def letter(session: Session, number: int) -> DeadLetter | None:
    """Return one dead letter, whatever became of it."""
    row = session.get(LetterRow, number)
    if row is None:
        return None
    signal = session.get(InboxRow, row.inbox_id) if row.inbox_id is not None else None
    return _letter(row, signal)


def replay(
    session: Session, letter: int, by: str, reread: Reread, enqueue: Enqueue, at: datetime
) -> Received:
    """Try once more: read a signal again, or give a case that died another turn.

    A signal that is still not understood stays dead, under the reason it has now.

    Raises:
        NotLying: There is no such letter, or it was dealt with.
    """
    row = _lying(session, letter)
    _end(session, row, LetterState.REPLAYED, by, at)
    if row.case_id is not None:
        case = case_row(session, row.case_id)
        case.status, case.why, case.changed_at = CaseStatus.OPEN, "", at
        turn = take(session, case, Trigger.REPLAY, enqueue, at)
        how = How.NEW if turn.state is TurnState.RUNNING else How.PARKED
        return Received(how, case.id, turn=turn)
    signal = session.get_one(InboxRow, row.inbox_id)
    return settle_in(session, signal, reread(signal.body), enqueue, at)


def drop(session: Session, letter: int, by: str, reason: str, at: datetime) -> None:
    """Put a dead letter aside for good; a case that died is left to the person who says so.

    Raises:
        NotLying: There is no such letter, or it was dealt with.
    """
    row = _lying(session, letter)
    _end(session, row, LetterState.DROPPED, by, at, reason)
    if row.case_id is not None:
        case = session.get_one(CaseRow, row.case_id)
        settle(session, Outcome(case.id, Settlement.BY_PERSON, case.kind, case.cause, reason), at)


def _lying(session: Session, letter: int) -> LetterRow:
    row = session.get(LetterRow, letter)
    if row is None:
        raise NotLying(f"there is no dead letter {letter}")
    if row.state is not LetterState.LYING:
        raise NotLying(f"dead letter {letter} was {row.state.value} by {row.ended_by}")
    return row


def _end(
    session: Session,
    row: LetterRow,
    state: LetterState,
    by: str,
    at: datetime,
    reason: str = "",
) -> None:
    row.state, row.ended_by, row.ended_at = state, by, at
    details = {"dead_letter": row.id, "reason": reason}
    append(session, Entry(by, f"dead letter {state.value}", row.case_id, details=details), at)


def _letter(row: LetterRow, signal: InboxRow | None) -> DeadLetter:
    return DeadLetter(
        id=row.id or 0,
        reason=row.reason,
        state=row.state,
        buried_at=row.buried_at,
        case=row.case_id,
        source=signal.source if signal else None,
        signal=signal.signal if signal else None,
        body=signal.body if signal else None,
    )

"""A signal arrives: it opens a case, attaches to one, or is kept as a dead letter. None is lost.

A signal about a conflict that an unfinished case is already about attaches to that case: it starts
nothing, for the facts are read again before anything is posted. A signal about the same object but
another conflict, or another document, opens a case of its own, which takes its turn at the gate.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Conflict, Criticality, Signal
from agent.plain import dump
from agent.records.audit import MACHINE, Entry, append
from agent.records.gates import Enqueue, Turn, take
from agent.records.states import UNFINISHED, CaseStatus, How, LetterState, Trigger, TurnState
from agent.records.tables import CaseRow, InboxRow, LetterRow

LONGEST_NAME = 200
"""Sources, signal ids and names of objects longer than this are no names."""

_URGENCY = {level: rank for rank, level in enumerate(Criticality)}


@dataclass(frozen=True)
class Arrived:
    """A signal as it came in, and what it was identified as.

    Attributes:
        source: Who sent it; with ``id`` it names the signal for good.
        id: The sender's id of the signal.
        body: All of it as JSON-plain data, whether understood or not.
        signal: The signal, if it could be understood.
        conflict: What it was identified as; a signal without one opens a case for a person.
        refusal: Why it cannot be worked on at all, if so; it becomes a dead letter.
        proposed_by: The person who brought it up, if one did.
    """

    source: str
    id: str
    body: Any
    signal: Signal | None = None
    conflict: Conflict | None = None
    refusal: str | None = None
    proposed_by: str | None = None


@dataclass(frozen=True)
class Received:
    """What became of a signal."""

    how: How
    case: str | None = None
    dead_letter: int | None = None
    turn: Turn | None = None


def case_id(source: str, signal: str) -> str:
    """Return the id of the case a signal opens: always the same, even with a lost database.

    The keys of postings are made from it, so a signal played again finds what was posted for it.
    """
    mark = hashlib.sha256(f"{source}\x1f{signal}".encode("utf-8", "surrogatepass")).digest()
    return "c-" + base64.b32encode(mark[:10]).decode("ascii").lower()[:12]


def receive(session: Session, arrived: Arrived, enqueue: Enqueue, at: datetime) -> Received:
    """Take a signal in; the same one a second time changes nothing."""
    source, name = _name(arrived.source), _name(arrived.id)
    known = session.scalars(
        select(InboxRow).where(col(InboxRow.source) == source, col(InboxRow.signal) == name)
    ).first()
    if known is not None:
        return Received(How.DUPLICATE, known.case_id, _letter_of(session, known))
    row = InboxRow(source=source, signal=name, how=How.DEAD, body=arrived.body, received_at=at)
    session.add(row)
    session.flush()
    return settle_in(session, row, arrived, enqueue, at)


def settle_in(
    session: Session, row: InboxRow, arrived: Arrived, enqueue: Enqueue, at: datetime
) -> Received:
    """Find a case for a signal whose row is written, or bury it."""
    refusal, signal = _refusal(arrived), arrived.signal
    if refusal is not None or signal is None:
        return _bury(session, row, refusal or "Nobody understood it.", at)
    case = _unfinished(session, arrived.conflict)
    if case is not None:
        row.how, row.case_id = How.ATTACHED, case.id
        case.changed_at = at
        _note(session, row, "signal attached", at, kind=case.kind)
        return Received(How.ATTACHED, case.id)
    case = _open(session, row, signal, arrived, at)
    turn = take(session, case, Trigger.SIGNAL, enqueue, at)
    row.how = How.NEW if turn.state is TurnState.RUNNING else How.PARKED
    row.case_id = case.id
    details = {"kind": case.kind, "object": case.object, "sequence": turn.sequence}
    _note(session, row, "case opened", at, how=row.how.value, **details)
    return Received(row.how, case.id, turn=turn)


def _refusal(arrived: Arrived) -> str | None:
    """Return why a signal cannot be worked on: what intake said, or a name beyond reason."""
    if arrived.refusal is not None or arrived.conflict is None:
        return arrived.refusal
    conflict = arrived.conflict
    for what, name in (("plant", conflict.plant), ("object", conflict.object)):
        if len(name) > LONGEST_NAME:
            return f"It names a {what} of {len(name)} characters."
        if name != name.strip() or not name.isprintable():
            return f"It names a {what} with blanks or control characters: {name!r}."
    return None


def _unfinished(session: Session, conflict: Conflict | None) -> CaseRow | None:
    """Return the case that is about all that a conflict names, and not done yet.

    A signal that names more (another material of the order, another refused posting) would be lost
    if it attached: nothing in the open case says so.
    """
    if conflict is None:
        return None
    rows = session.scalars(
        select(CaseRow)
        .where(
            col(CaseRow.object) == conflict.object,
            col(CaseRow.kind) == conflict.kind,
            col(CaseRow.plant) == conflict.plant,
            col(CaseRow.status).in_(UNFINISHED),
        )
        .order_by(col(CaseRow.opened_at), col(CaseRow.id))
    )
    named = dict(conflict.keys).items()
    return next((row for row in rows if named <= row.conflict["keys"].items()), None)


def _open(
    session: Session, row: InboxRow, signal: Signal, arrived: Arrived, at: datetime
) -> CaseRow:
    name, conflict = case_id(row.source, row.signal), arrived.conflict
    criticality = conflict.criticality if conflict else Criticality.NORMAL
    case = CaseRow(
        id=name,
        kind=conflict.kind if conflict else None,
        plant=signal.plant,
        object=conflict.object if conflict else f"{signal.plant}/signal/{name}",
        status=CaseStatus.OPEN,
        criticality=criticality,
        urgency=_URGENCY[criticality],
        signal=dump(signal),
        conflict=dump(conflict) if conflict else None,
        proposed_by=arrived.proposed_by,
        opened_at=at,
        changed_at=at,
    )
    session.add(case)
    session.flush()
    return case


def _bury(session: Session, row: InboxRow, reason: str, at: datetime) -> Received:
    row.how = How.DEAD
    letter = LetterRow(inbox_id=row.id, reason=reason, state=LetterState.LYING, buried_at=at)
    session.add(letter)
    session.flush()
    _note(session, row, "signal buried", at, reason=reason, dead_letter=letter.id)
    return Received(How.DEAD, dead_letter=letter.id)


def _letter_of(session: Session, row: InboxRow) -> int | None:
    if row.how is not How.DEAD:
        return None
    return session.scalars(
        select(col(LetterRow.id)).where(col(LetterRow.inbox_id) == row.id).limit(1)
    ).first()


def _note(session: Session, row: InboxRow, what: str, at: datetime, **details: Any) -> None:
    named = {"source": row.source, "signal": row.signal, **details}
    append(session, Entry(MACHINE, what, row.case_id, inputs=row.body, details=named), at)


def _name(name: str) -> str:
    """Return a name short enough to be looked up by; a longer one stands in by its hash."""
    if len(name) <= LONGEST_NAME:
        return name
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()

"""A signal arrives: it opens a case, attaches to one, or is kept as a dead letter. None is lost.

A signal about a conflict that an unfinished case is already about attaches to that case: it starts
nothing, for the facts are read again before anything is posted. A signal about the same object but
another conflict, or another document, opens a case of its own, which takes its turn at the gate.

Signals are taken in many at once: what is known of them is read first, then each is settled in its
order in memory, as if it came alone after those before it, and at the end all rows are written.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Conflict, Criticality, Signal
from agent.correlation import current
from agent.plain import dump
from agent.records.audit import MACHINE, Entry, append_all
from agent.records.columns import storable
from agent.records.gates import Enqueue, Turn, of_row, queued
from agent.records.states import UNFINISHED, CaseStatus, How, LetterState, Trigger, TurnState
from agent.records.tables import CaseRow, GateRow, InboxRow, LetterRow, TurnRow

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
        correlation: The request it came in with, if any.
    """

    source: str
    id: str
    body: Any
    signal: Signal | None = None
    conflict: Conflict | None = None
    refusal: str | None = None
    proposed_by: str | None = None
    correlation: str | None = field(default_factory=current)


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
    return receive_all(session, [arrived], enqueue, at)[0]


def receive_all(
    session: Session, arrived: Sequence[Arrived], enqueue: Enqueue, at: datetime
) -> list[Received]:
    """Take signals in, in their order, each as if it came alone."""
    names = [(_name(one.source), _name(one.id)) for one in arrived]
    rows = _known(session, [_stored(name) for name in names])
    fresh = dict[int, _Settling]()
    for place, (name, one) in enumerate(zip(names, arrived, strict=True)):
        if _stored(name) not in rows:
            source, signal = name
            row = InboxRow(
                source=source, signal=signal, how=How.DEAD, body=one.body, received_at=at
            )
            rows[_stored(name)] = row
            fresh[place] = _Settling(row, one)
    settled = dict(zip(fresh, _settle(session, list(fresh.values()), enqueue, at), strict=True))
    return [
        settled[place] if place in settled else _again(session, rows[_stored(name)])
        for place, name in enumerate(names)
    ]


def settle_in(
    session: Session, row: InboxRow, arrived: Arrived, enqueue: Enqueue, at: datetime
) -> Received:
    """Find a case for a signal whose row is written, or bury it."""
    return _settle(session, [_Settling(row, arrived)], enqueue, at)[0]


@dataclass
class _Settling:
    """A signal on its way in, and the rows that are written because of it."""

    row: InboxRow
    arrived: Arrived
    what: str = ""
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    case: CaseRow | None = None
    turn: TurnRow | None = None
    buried: str | None = None
    letter: LetterRow | None = None

    def entry(self) -> Entry:
        """Return what the audit says of it."""
        named = {"source": self.row.source, "signal": self.row.signal, **self.details}
        if self.letter is not None:
            named["dead_letter"] = self.letter.id
        case, correlation = self.row.case_id, self.arrived.correlation
        return Entry(MACHINE, self.what, case, self.row.body, named, correlation)

    def received(self) -> Received:
        """Return what became of it."""
        turn = of_row(self.turn) if self.turn else None
        letter = self.letter.id if self.letter else None
        return Received(self.row.how, self.row.case_id, letter, turn)


@dataclass
class _Scene:
    """The unfinished cases and the gates that signals may meet, kept up as each is settled."""

    cases: dict[str, list[CaseRow]]
    gates: dict[str, GateRow]

    def about(self, conflict: Conflict | None) -> CaseRow | None:
        """Return the case that is about all that a conflict names, and not done yet.

        A signal that names more (another material of the order, another refused posting) would be
        lost if it attached: nothing in the open case says so.
        """
        if conflict is None:
            return None
        named = dict(conflict.keys).items()
        found = (
            row
            for row in self.cases.get(conflict.object, [])
            if (row.kind, row.plant) == (conflict.kind, conflict.plant)
            and named <= row.conflict["keys"].items()
        )
        return min(found, key=lambda row: (row.opened_at, row.id), default=None)


def _settle(
    session: Session, signals: Sequence[_Settling], enqueue: Enqueue, at: datetime
) -> list[Received]:
    """Find a case for each signal, or bury it; then write all that follows from it."""
    scene = _scene(session, signals)
    for one in signals:
        refusal, signal = _refusal(one.arrived), one.arrived.signal
        if refusal is not None or signal is None:
            _bury(one, refusal or "Nobody understood it.")
        elif (case := scene.about(one.arrived.conflict)) is not None:
            _attach(one, case, at)
        else:
            _open(one, signal, scene, at)
    _write(session, signals, scene, at)
    received = [one.received() for one in signals]
    for one in received:
        if one.turn is not None and one.turn.state is TurnState.RUNNING:
            enqueue(session, one.turn)
    return received


def _write(session: Session, signals: Sequence[_Settling], scene: _Scene, at: datetime) -> None:
    """Write the rows, those first that others point at."""
    session.add_all(one.case for one in signals if one.case is not None)
    session.flush()
    session.add_all(one.row for one in signals)
    session.add_all(one.turn for one in signals if one.turn is not None)
    session.add_all(scene.gates.values())
    session.flush()
    for one in signals:
        if one.buried is not None:
            one.letter = LetterRow(
                inbox_id=one.row.id, reason=one.buried, state=LetterState.LYING, buried_at=at
            )
            session.add(one.letter)
    session.flush()
    append_all(session, [one.entry() for one in signals], at)


def _known(session: Session, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], InboxRow]:
    """Return those signals that have come in before."""
    named = tuple_(col(InboxRow.source), col(InboxRow.signal)).in_(names)
    rows = session.scalars(select(InboxRow).where(named))
    return {(row.source, row.signal): row for row in rows}


def _scene(session: Session, signals: Sequence[_Settling]) -> _Scene:
    objects = {_object(one) for one in signals}
    cases = dict[str, list[CaseRow]]()
    unfinished = col(CaseRow.status).in_(UNFINISHED)
    for row in session.scalars(select(CaseRow).where(col(CaseRow.object).in_(objects), unfinished)):
        cases.setdefault(row.object, []).append(row)
    gates = session.scalars(select(GateRow).where(col(GateRow.object).in_(objects)))
    return _Scene(cases, {gate.object: gate for gate in gates})


def _object(one: _Settling) -> str:
    """Return the object whose gate a signal would come to; a refused one comes to none."""
    arrived = one.arrived
    if arrived.signal is None or _refusal(arrived) is not None:
        return ""
    if arrived.conflict is not None:
        return arrived.conflict.object
    return f"{arrived.signal.plant}/signal/{case_id(one.row.source, one.row.signal)}"


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


def _attach(one: _Settling, case: CaseRow, at: datetime) -> None:
    one.row.how, one.row.case_id = How.ATTACHED, case.id
    case.changed_at = at
    one.what, one.details = "signal attached", {"kind": case.kind}


def _open(one: _Settling, signal: Signal, scene: _Scene, at: datetime) -> None:
    """Open a case, which takes its turn at the gate of its object."""
    conflict, row = one.arrived.conflict, one.row
    criticality = conflict.criticality if conflict else Criticality.NORMAL
    case = one.case = CaseRow(
        id=case_id(row.source, row.signal),
        kind=conflict.kind if conflict else None,
        plant=signal.plant,
        object=_object(one),
        status=CaseStatus.OPEN,
        criticality=criticality,
        urgency=_URGENCY[criticality],
        signal=dump(signal),
        conflict=dump(conflict) if conflict else None,
        proposed_by=one.arrived.proposed_by,
        opened_at=at,
        changed_at=at,
    )
    gate = scene.gates.setdefault(case.object, GateRow(object=case.object, last_sequence=0))
    turn = one.turn = queued(gate, case, Trigger.SIGNAL, at)
    scene.cases.setdefault(case.object, []).append(case)
    row.how = How.NEW if turn.state is TurnState.RUNNING else How.PARKED
    row.case_id = case.id
    one.what = "case opened"
    details = {"kind": case.kind, "object": case.object, "sequence": turn.sequence}
    one.details = {"how": row.how.value, **details}


def _bury(one: _Settling, reason: str) -> None:
    one.row.how, one.buried = How.DEAD, reason
    one.what, one.details = "signal buried", {"reason": reason}


def _again(session: Session, row: InboxRow) -> Received:
    """Return what became of a signal that has come in before."""
    letter = None
    if row.how is How.DEAD:
        letter = session.scalars(
            select(col(LetterRow.id)).where(col(LetterRow.inbox_id) == row.id).limit(1)
        ).first()
    return Received(How.DUPLICATE, row.case_id, letter)


def _stored(name: tuple[str, str]) -> tuple[str, str]:
    """Return the name of a signal as it lies in its columns."""
    return storable(name[0]), storable(name[1])


def _name(name: str) -> str:
    """Return a name short enough to be looked up by; a longer one stands in by its hash."""
    if len(name) <= LONGEST_NAME:
        return name
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()

"""A signal arrives: it opens a case, attaches to one, or is kept as a dead letter. None is lost.

A signal about a conflict that an unfinished case is already about attaches to that case: it starts
nothing, for the facts are read again before anything is posted. What attaches after that is marked
as unheard, and ``agent.records.unheard`` sees to it; a case that was left to a person is looked at
again (``agent.records.again``). A signal about the same object but another conflict, or another
document, opens a case of its own, which takes its turn at the gate.

Signals are taken in many at once: what is known of them is read first, then each is settled in its
order in memory, as if it came alone after those before it, and at the end all rows are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Conflict, Criticality, Signal
from agent.correlation import current
from agent.plain import dump
from agent.records.again import Left
from agent.records.audit import MACHINE, Entry, append_all
from agent.records.gates import Enqueue, Gate, Turn, gates_of, queued, write_queued
from agent.records.sets import insert_all, table_of
from agent.records.signal_names import LONGEST_NAME, case_id, short_name, stored
from agent.records.states import UNFINISHED, CaseStatus, How, LetterState, Trigger, TurnState
from agent.records.tables import CaseRow, InboxRow, LetterRow

_URGENCY = {level: rank for rank, level in enumerate(Criticality)}

_INBOX, _CASES = table_of(InboxRow).c, table_of(CaseRow).c
_KNOWN = select(_INBOX.source, _INBOX.signal, _INBOX.id, _INBOX.how, _INBOX.case_id).where(
    _INBOX.source.in_(bindparam("sources", expanding=True)),
    _INBOX.signal.in_(bindparam("signals", expanding=True)),
)
"""It may find some whose name is mixed of two that were asked for. SQLite would look for pairs by
reading the whole inbox.
"""
_ABOUT = select(
    _CASES.object,
    _CASES.id,
    _CASES.kind,
    _CASES.plant,
    _CASES.conflict,
    _CASES.opened_at,
    _CASES.unheard,
    _CASES.status,
).where(
    _CASES.object.in_(bindparam("objects", expanding=True)),
    _CASES.status.not_in([status for status in CaseStatus if status not in UNFINISHED]),
)
"""Asked which are unfinished, and for many objects, SQLite would read all that are."""


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


Reread: TypeAlias = Callable[[Any], Arrived]
"""Understands the body of a signal that is in the inbox once more."""


@dataclass(frozen=True)
class Received:
    """What became of a signal."""

    how: How
    case: str | None = None
    dead_letter: int | None = None
    turn: Turn | None = None


def not_understood(body: Any) -> Arrived:
    """Understand nothing of a signal: it is kept as a dead letter until somebody replays it."""
    return Arrived("", "", body)


def receive(session: Session, arrived: Arrived, enqueue: Enqueue, at: datetime) -> Received:
    """Take a signal in; the same one a second time changes nothing."""
    return receive_all(session, [arrived], enqueue, at)[0]


def receive_all(
    session: Session, arrived: Sequence[Arrived], enqueue: Enqueue, at: datetime
) -> list[Received]:
    """Take signals in, in their order, each as if it came alone."""
    names = [(short_name(one.source), short_name(one.id)) for one in arrived]
    known = _known(session, [stored(name) for name in names])
    fresh = dict[tuple[str, str], _Settling]()
    first = dict[int, _Settling]()
    for place, (name, one) in enumerate(zip(names, arrived, strict=True)):
        if stored(name) not in known and stored(name) not in fresh:
            fresh[stored(name)] = first[place] = _Settling(*name, one)
    settled = _settle(session, list(first.values()), enqueue, at)
    received = dict(zip(first, settled, strict=True))
    for place, name in enumerate(names):
        if place not in received and (before := fresh.get(stored(name))) is not None:
            received[place] = Received(How.DUPLICATE, before.case_id, before.letter)
        elif place not in received:
            received[place] = _again(session, known[stored(name)])
    return [received[place] for place in range(len(names))]


def settle_in(
    session: Session, row: InboxRow, arrived: Arrived, enqueue: Enqueue, at: datetime
) -> Received:
    """Find a case for a signal whose row is written, or bury it."""
    arrived = replace(arrived, proposed_by=arrived.proposed_by or row.proposed_by)
    return _settle(session, [_Settling(row.source, row.signal, arrived, row)], enqueue, at)[0]


@dataclass
class _Settling:
    """A signal on its way in, and what is written because of it; ``row`` is written already."""

    source: str
    signal: str
    arrived: Arrived
    row: InboxRow | None = None
    how: How = How.DEAD
    case_id: str | None = None
    what: str = ""
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    case: dict[str, Any] | None = None
    joins: _Open | None = None
    turn: Turn | None = None
    buried: str | None = None
    letter: int | None = None

    def entry(self) -> Entry:
        """Return what the audit says of it."""
        named = {"source": self.source, "signal": self.signal, **self.details}
        if self.letter is not None:
            named["dead_letter"] = self.letter
        body = self.arrived.body if self.row is None else self.row.body
        return Entry(MACHINE, self.what, self.case_id, body, named, self.arrived.correlation)

    def received(self) -> Received:
        """Return what became of it."""
        return Received(self.how, self.case_id, self.letter, self.turn)


@dataclass(frozen=True)
class _Kept:
    """A signal that has come in before."""

    id: int
    how: How
    case_id: str | None


@dataclass(frozen=True)
class _Open:
    """An unfinished case that a signal may be about."""

    id: str
    kind: str | None
    plant: str
    conflict: Any
    opened_at: datetime
    unheard: int | None = None
    status: CaseStatus = CaseStatus.OPEN


@dataclass
class _Scene:
    """The unfinished cases and the gates that signals may meet, kept up as each is settled."""

    cases: dict[str, list[_Open]]
    gates: dict[str, Gate]
    left: Left

    def about(self, conflict: Conflict | None) -> _Open | None:
        """Return the case that is about all that a conflict names, and not done yet.

        A signal that names more (another material of the order, another refused posting) would be
        lost if it attached: nothing in the open case says so.
        """
        if conflict is None:
            return None
        named = dict(conflict.keys).items()
        found = (
            case
            for case in self.cases.get(conflict.object, [])
            if (case.kind, case.plant) == (conflict.kind, conflict.plant)
            and named <= case.conflict["keys"].items()
        )
        return min(found, key=lambda case: (case.opened_at, case.id), default=None)


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
            _attach(one, case, scene)
        else:
            _open(one, signal, scene, at)
    _write(session, signals, scene, at)
    turns = [one.turn for one in signals if one.turn is not None]
    running = [turn for turn in turns if turn.state is TurnState.RUNNING]
    if running:
        enqueue(session, running)
    return [one.received() for one in signals]


def _write(session: Session, signals: Sequence[_Settling], scene: _Scene, at: datetime) -> None:
    """Write the rows as sets, those first that others point at."""
    insert_all(session, CaseRow, [one.case for one in signals if one.case is not None])
    insert_all(session, InboxRow, [_inbox(one, at) for one in signals if one.row is None])
    for one in signals:
        if one.row is not None:
            one.row.how, one.row.case_id = one.how, one.case_id
    _mark_unheard(session, signals, at)
    scene.left.write(session, at)
    turns = [one.turn for one in signals if one.turn is not None]
    write_queued(session, scene.gates.values(), turns, at)
    _lay_down(session, [one for one in signals if one.buried is not None], at)
    append_all(session, [one.entry() for one in signals], at)


def _inbox(one: _Settling, at: datetime) -> dict[str, Any]:
    return {
        "source": one.source,
        "signal": one.signal,
        "how": one.how,
        "case_id": one.case_id,
        "body": one.arrived.body,
        "proposed_by": one.arrived.proposed_by,
        "received_at": at,
    }


def _mark_unheard(session: Session, signals: Sequence[_Settling], at: datetime) -> None:
    """Mark cases that may have read their facts before they were told of them again."""
    attached = [
        (stored((one.source, one.signal)), one.joins) for one in signals if one.joins is not None
    ]
    if not attached:
        return
    rows = _known(session, [name for name, _ in attached])
    first = dict[str, int]()
    for name, case in attached:
        number = rows[name].id
        first[case.id] = min(number, first.get(case.id, case.unheard or number))
    marked = [{"id": case, "unheard": row, "changed_at": at} for case, row in first.items()]
    session.execute(update(CaseRow), marked)


def _lay_down(session: Session, buried: Sequence[_Settling], at: datetime) -> None:
    """Write the dead letters of signals whose rows are written."""
    if not buried:
        return
    rows = _known(session, [stored((one.source, one.signal)) for one in buried])
    letters = list[LetterRow]()
    for one in buried:
        inbox = rows[stored((one.source, one.signal))].id
        reason = one.buried or ""
        letters.append(
            LetterRow(inbox_id=inbox, reason=reason, state=LetterState.LYING, buried_at=at)
        )
    session.add_all(letters)
    session.flush()
    for one, letter in zip(buried, letters, strict=True):
        one.letter = letter.id


def _known(session: Session, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], _Kept]:
    """Return those signals that have come in before, and maybe others."""
    sources, signals = {source for source, _ in names}, {signal for _, signal in names}
    rows = session.execute(_KNOWN, {"sources": list(sources), "signals": list(signals)})
    return {(row[0], row[1]): _Kept(*row[2:]) for row in rows}


def _scene(session: Session, signals: Sequence[_Settling]) -> _Scene:
    objects = {name for one in signals if (name := _object(one))}
    cases = dict[str, list[_Open]]()
    for row in session.execute(_ABOUT, {"objects": list(objects)}):
        cases.setdefault(row[0], []).append(_Open(*row[1:]))
    some = (case for found in cases.values() for case in found)
    left = [case.id for case in some if case.status is CaseStatus.NEEDS_PERSON]
    return _Scene(cases, gates_of(session, objects), Left.of(session, left))


def _object(one: _Settling) -> str:
    """Return the object whose gate a signal would come to; a refused one comes to none."""
    arrived = one.arrived
    if arrived.signal is None or _refusal(arrived) is not None:
        return ""
    if arrived.conflict is not None:
        return arrived.conflict.object
    return f"{arrived.signal.plant}/signal/{case_id(one.source, one.signal)}"


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


def _attach(one: _Settling, case: _Open, scene: _Scene) -> None:
    one.how, one.case_id, one.joins = How.ATTACHED, case.id, case
    one.what, one.details = "signal attached", {"kind": case.kind}
    if scene.left.again(case.id) and (conflict := one.arrived.conflict) is not None:
        gate = scene.gates.setdefault(conflict.object, Gate(conflict.object))
        one.turn = queued(gate, case.id, conflict.criticality, Trigger.AGAIN)
        one.details["sequence"] = one.turn.sequence


def _open(one: _Settling, signal: Signal, scene: _Scene, at: datetime) -> None:
    """Open a case, which takes its turn at the gate of its object."""
    conflict, object = one.arrived.conflict, _object(one)
    criticality = conflict.criticality if conflict else Criticality.NORMAL
    known = _Open(
        id=case_id(one.source, one.signal),
        kind=conflict.kind if conflict else None,
        plant=signal.plant,
        conflict=dump(conflict) if conflict else None,
        opened_at=at,
    )
    one.case = {
        **vars(known),
        "object": object,
        "criticality": criticality,
        "urgency": _URGENCY[criticality],
        "signal": dump(signal),
        "proposed_by": one.arrived.proposed_by,
        "changed_at": at,
        "attempt": 0,
        "worth": 0,
        "why": "",
    }
    gate = scene.gates.setdefault(object, Gate(object))
    turn = one.turn = queued(gate, known.id, criticality, Trigger.SIGNAL)
    scene.cases.setdefault(object, []).append(known)
    one.how = How.NEW if turn.state is TurnState.RUNNING else How.PARKED
    one.case_id = known.id
    one.what = "case opened"
    details = {"kind": known.kind, "object": object, "sequence": turn.sequence}
    one.details = {"how": one.how.value, **details}


def _bury(one: _Settling, reason: str) -> None:
    one.how, one.buried = How.DEAD, reason
    one.what, one.details = "signal buried", {"reason": reason}


def _again(session: Session, row: _Kept) -> Received:
    """Return what became of a signal that has come in before."""
    letter = None
    if row.how is How.DEAD:
        letter = session.scalars(
            select(col(LetterRow.id)).where(col(LetterRow.inbox_id) == row.id).limit(1)
        ).first()
    return Received(How.DUPLICATE, row.case_id, letter)

"""The gate of a business object: one turn at a time, in the order the turns were given out.

A turn is one run of bursts of one case: for a signal that opened it, a decision, a wake or a
replay. It holds the gate while it runs, not while its case waits for a person. A free gate lets a
turn run at once; else the turn is parked, and the transaction that ends the running turn hands the
gate to the parked one with the smallest sequence.

A turn that failed hands the gate on like any other: its case is dead and takes a new turn at the
end of the line if it is replayed. So one poisonous signal never blocks an order for good, and the
rest keep their order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Criticality
from agent.records.audit import MACHINE, Entry, append
from agent.records.sets import insert_all, table_of
from agent.records.states import Trigger, TurnState
from agent.records.tables import CaseRow, GateRow, TurnRow

_GATES = table_of(GateRow).c
_OF_OBJECTS = select(_GATES.object, _GATES.last_sequence, _GATES.holder).where(
    _GATES.object.in_(bindparam("objects", expanding=True))
)


@dataclass(frozen=True)
class Turn:
    """One turn at a gate. ``id`` is the id of the workflow that runs it."""

    id: str
    case: str
    object: str
    sequence: int
    trigger: Trigger
    criticality: Criticality
    state: TurnState
    decision: str | None = None


@dataclass
class Gate:
    """Where the gate of an object stands; ``written`` says whether it has a row already."""

    object: str
    last_sequence: int = 0
    holder: str | None = None
    written: bool = False

    def values(self) -> dict[str, Any]:
        """Return its row."""
        return {
            "object": self.object,
            "last_sequence": self.last_sequence,
            "holder": self.holder,
        }


Enqueue: TypeAlias = Callable[[Session, Sequence[Turn]], None]
"""Starts the workflows of turns, in the transaction of the session. It may not commit or wait."""


class Collected:
    """Starts nothing: keeps the turns for whoever runs them in this process."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def __call__(self, session: Session, turns: Sequence[Turn]) -> None:
        """Keep turns that may run now."""
        self.turns += turns


class NoSuchTurn(KeyError):
    """No turn has this id; a developer reacts."""


def take(
    session: Session,
    case: CaseRow,
    trigger: Trigger,
    enqueue: Enqueue,
    at: datetime,
    decision: str | None = None,
) -> Turn:
    """Give a case its turn: it runs at once if the gate is free, else it is parked."""
    known = session.get(GateRow, case.object, populate_existing=True)  # it is written as a set, too
    gate = known or GateRow(object=case.object, last_sequence=0)
    turn = queued(gate, case.id, case.criticality, trigger, decision)
    session.add_all([gate, TurnRow(**values_of(turn, at))])
    session.flush()
    if turn.state is TurnState.RUNNING:
        enqueue(session, [turn])
    return turn


def queued(
    gate: GateRow | Gate,
    case: str,
    criticality: Criticality,
    trigger: Trigger,
    decision: str | None = None,
) -> Turn:
    """Return a case's turn at a gate, which it holds from now on if the gate was free."""
    gate.last_sequence += 1
    turn = Turn(
        id=_id(case, trigger, gate.last_sequence, decision),
        case=case,
        object=gate.object,
        sequence=gate.last_sequence,
        trigger=trigger,
        criticality=criticality,
        state=TurnState.PARKED if gate.holder else TurnState.RUNNING,
        decision=decision,
    )
    if gate.holder is None:
        gate.holder = turn.id
    return turn


def gates_of(session: Session, objects: Collection[str]) -> dict[str, Gate]:
    """Return the gates there are of some objects, by their names."""
    rows = session.execute(_OF_OBJECTS, {"objects": list(objects)})
    return {name: Gate(name, last, holder, written=True) for name, last, holder in rows}


def write_queued(
    session: Session, gates: Iterable[Gate], turns: Iterable[Turn], at: datetime
) -> None:
    """Write down where gates stand, and the turns that were given out at them."""
    new, old = list[dict[str, Any]](), list[dict[str, Any]]()
    for gate in gates:
        (old if gate.written else new).append(gate.values())
    insert_all(session, GateRow, new)
    if old:
        session.execute(update(GateRow), old)
    insert_all(session, TurnRow, [values_of(turn, at) for turn in turns])


def values_of(turn: Turn, at: datetime) -> dict[str, Any]:
    """Return the row of a turn that is taken now."""
    return {
        "id": turn.id,
        "object": turn.object,
        "sequence": turn.sequence,
        "case_id": turn.case,
        "trigger": turn.trigger,
        "decision": turn.decision,
        "criticality": turn.criticality,
        "state": turn.state,
        "taken_at": at,
    }


def hand_on(
    session: Session, turn_id: str, enqueue: Enqueue, at: datetime, failed: str | None = None
) -> Turn | None:
    """End a turn and let the next one run; return the next one, if any.

    Ending a turn that has ended already does nothing, so that a repeated last step is harmless.

    Args:
        session: A writer's session.
        turn_id: The turn that ends.
        enqueue: Starts the workflow of the next turn.
        at: The time.
        failed: Why the turn could not be finished, if it could not.

    Raises:
        NoSuchTurn: No turn has this id.
    """
    row = session.get(TurnRow, turn_id)
    if row is None:
        raise NoSuchTurn(turn_id)
    if row.state in {TurnState.DONE, TurnState.FAILED}:
        return None
    row.state = TurnState.DONE if failed is None else TurnState.FAILED
    row.ended_at = at
    following = _follow(session, row)
    session.flush()
    details = {
        "turn": row.id,
        "sequence": row.sequence,
        "object": row.object,
        "failed": failed,
        "next": following.id if following else None,
    }
    append(session, Entry(MACHINE, "turn ended", row.case_id, details=details), at)
    if following is None:
        return None
    turn = of_row(following)
    enqueue(session, [turn])
    return turn


def running(session: Session) -> list[Turn]:
    """Return the turns that hold a gate: after a crash, each must have a living workflow."""
    rows = session.scalars(
        select(TurnRow)
        .where(col(TurnRow.state) == TurnState.RUNNING)
        .order_by(col(TurnRow.object), col(TurnRow.sequence))
    )
    return [of_row(row) for row in rows]


def turn(session: Session, turn_id: str) -> Turn | None:
    """Return a turn by its id."""
    row = session.get(TurnRow, turn_id)
    return None if row is None else of_row(row)


def died(session: Session, turn_id: str) -> int:
    """Count that a turn's worker died while it ran; return how often that has happened."""
    row = session.get(TurnRow, turn_id)
    if row is None:
        return 0
    row.deaths += 1
    return row.deaths


def _follow(session: Session, ended: TurnRow) -> TurnRow | None:
    """Hand the gate from a turn that held it to the next parked one."""
    gate = session.get(GateRow, ended.object)
    if gate is None or gate.holder != ended.id:
        return None
    following = session.scalars(
        select(TurnRow)
        .where(col(TurnRow.object) == ended.object, col(TurnRow.state) == TurnState.PARKED)
        .order_by(col(TurnRow.sequence))
        .limit(1)
    ).first()
    gate.holder = following.id if following else None
    if following:
        following.state = TurnState.RUNNING
    return following


def _id(case: str, trigger: Trigger, sequence: int, decision: str | None) -> str:
    if decision is not None:
        return decision
    return f"s-{case}" if trigger is Trigger.SIGNAL else f"{trigger.value[0]}-{case}-{sequence}"


def of_row(row: TurnRow) -> Turn:
    """Return the turn a row holds."""
    return Turn(
        id=row.id,
        case=row.case_id,
        object=row.object,
        sequence=row.sequence,
        trigger=row.trigger,
        criticality=row.criticality,
        state=row.state,
        decision=row.decision,
    )

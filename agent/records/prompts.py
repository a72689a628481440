"""Which prompts are in use, kept in the records: one state for all nodes, each change audited.

The words and their locks stay files that ship with Concord. What was never changed here is as those
files say; the first promotion or rollback takes their history over, and from then on the records
count. Nothing is kept in memory, so another node sees a change with its next case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.audit import MACHINE, Entry, append
from agent.records.database import Database
from agent.records.prompt_tables import PromptChangeRow, PromptGateRow, PromptUseRow
from registry.aliases import Aliases
from registry.errors import MovedMeanwhile
from registry.locks import Locked
from registry.promotions import Change, ChangeFile, GateRecord, Promotion
from registry.store import Store


class RecordedStore:
    """Keeps the live state of prompts in the records, on top of the files that ship.

    Args:
        database: The records.
        seed: What ships.
        clock: Tells the time.
    """

    def __init__(self, database: Database, seed: Store, clock: Callable[[], datetime]) -> None:
        self._database, self._seed, self._clock = database, seed, clock

    def locked(self) -> Sequence[Locked]:
        return self._seed.locked()

    def lock(self, locked: Locked) -> None:
        self._seed.lock(locked)

    def aliases(self) -> Mapping[str, Aliases]:
        with self._database.read() as session:
            rows = session.scalars(select(PromptUseRow))
            changed = {row.name: Aliases.model_validate(row.aliases) for row in rows}
        return {**self._seed.aliases(), **changed}

    def set_aliases(self, name: str, aliases: Aliases, by: str) -> None:
        plain = aliases.model_dump(mode="json")
        with self._database.write() as session:
            self._use(session, name, aliases)
            said = {"prompt": name, "aliases": plain}
            append(session, Entry(by, "prompt put in use", details=said), self._clock())

    def changes(self) -> Sequence[Change]:
        with self._database.read() as session:
            found = _changes(session)
        return found or self._seed.changes()

    def append(self, change: Change, aliases: Aliases) -> None:
        with self._database.write() as session:
            before = _changes(session)
            if not before:
                before = list(self._seed.changes())
                session.add_all(_row(one) for one in before)
            if change.number != len(before) + 1:
                raise MovedMeanwhile(f"change {change.number} is there already")
            session.add(_row(change))
            self._use(session, change.name, aliases)
            what = "prompt promoted" if isinstance(change, Promotion) else "prompt rolled back"
            details = change.model_dump(mode="json")
            append(session, Entry(change.by, what, details=details), self._clock())

    def gates(self) -> Sequence[GateRecord]:
        with self._database.read() as session:
            rows = session.scalars(select(PromptGateRow).order_by(col(PromptGateRow.run)))
            found = {row.run: GateRecord.model_validate(row.body) for row in rows}
        return list({**{one.run: one for one in self._seed.gates()}, **found}.values())

    def record_gate(self, gate: GateRecord) -> None:
        plain = gate.model_dump(mode="json")
        with self._database.write() as session:
            if session.get(PromptGateRow, gate.run) is not None:
                raise MovedMeanwhile(f"the gate's word on run {gate.run} is there already")
            session.add(PromptGateRow(run=gate.run, body=plain))
            append(session, Entry(MACHINE, "gate recorded", details=plain), self._clock())

    def _use(self, session: Session, name: str, aliases: Aliases) -> None:
        plain, now = aliases.model_dump(mode="json"), self._clock()
        row = session.get(PromptUseRow, name)
        if row is None:
            session.add(PromptUseRow(name=name, aliases=plain, changed_at=now))
        else:
            row.aliases, row.changed_at = plain, now


def _changes(session: Session) -> list[Change]:
    rows = session.scalars(select(PromptChangeRow).order_by(col(PromptChangeRow.number)))
    return [ChangeFile.model_validate(row.body).root for row in rows]


def _row(change: Change) -> PromptChangeRow:
    return PromptChangeRow(number=change.number, body=change.model_dump(mode="json"))

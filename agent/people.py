"""Everybody an installation knows by name: the plants' lists, and whom its records name.

The records are asked once a minute at most: a name that is new today hides a minute later wherever
no form of address gives it away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import col

from agent.records.account_tables import AccountRow
from agent.records.audit import MACHINE
from agent.records.database import Database
from agent.records.tables import CaseRow, DecisionRow
from tools.plant.model import Plant

FRESH_SECONDS = 60.0

Names = Callable[[], Sequence[str]]
"""A list of names that is read when it is needed, in a thread: accounts, a directory, records."""


@dataclass
class KnownPeople:
    """Knows the people of plant files and of lists of names.

    Args:
        plants: The plants, by code; a plant's list counts for its own cases.
        lists: Lists of names that count everywhere.
        clock: Tells seconds.
    """

    plants: Mapping[str, Plant]
    lists: Sequence[Names]
    clock: Callable[[], float]
    _read: tuple[float, tuple[str, ...]] | None = field(default=None, init=False)

    async def of(self, plant: str | None) -> Sequence[str]:
        """Return names: those of one plant or of all, and of every list."""
        now = self.clock()
        if self._read is None or now - self._read[0] >= FRESH_SECONDS:
            self._read = (now, await asyncio.to_thread(self._listed))
        named = [
            name
            for code, one in self.plants.items()
            if plant in {None, code}
            for name in one.people.names
        ]
        return tuple(dict.fromkeys([*named, *self._read[1]]))

    def _listed(self) -> tuple[str, ...]:
        return tuple(name for names in self.lists for name in names())


def recorded(database: Database) -> Names:
    """Return those whom the records name: who has an account, decided, proposed, or was asked."""

    def names() -> Sequence[str]:
        found = dict[str, None]()
        with database.read() as session:
            for column in (
                col(AccountRow.name),
                col(DecisionRow.by),
                col(CaseRow.person),
                col(CaseRow.proposed_by),
            ):
                rows = session.scalars(select(column).where(column.is_not(None)).distinct())
                found |= {name: None for name in rows if name and name != MACHINE}
        return tuple(found)

    return names

"""A desk: a home folder and its records, cleared after every case.

A desk is used again because SQLAlchemy learns its statements per engine; a new one for every case
would spend half the time of a case on learning them.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from agent.settings import Settings


class Desk:
    """One case at a time works here."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.database = Database(self.settings.database)
        event.listen(self.database.engine, "connect", _unsafe)


class Desks:
    """As many desks as cases run at once.

    Args:
        folder: Where they keep their files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._empty = folder, folder / "empty.db"
        self._free, self._numbers = list[Desk](), count(1)
        database = Database(f"sqlite:///{self._empty}")
        upgrade(database.engine)
        database.dispose()

    @contextmanager
    def taken(self) -> Generator[Desk]:
        """Lend a clean desk, and clear it in the end."""
        home = self._free[-1].settings.home if self._free else self._folder / self._next()
        home.mkdir()
        shutil.copy(self._empty, home / FILE)
        desk = self._free.pop() if self._free else Desk(home)
        try:
            yield desk
        finally:
            desk.database.dispose()
            shutil.rmtree(home)
            self._free.append(desk)

    def _next(self) -> str:
        return f"desk-{next(self._numbers)}"


def _unsafe(connection: Any, _record: Any) -> None:
    """Let commits not wait for the disk: these records need not outlive their case."""
    connection.execute("PRAGMA synchronous=OFF").close()

"""Opening the records where nothing else is needed: commands that read, or decide."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from agent.records.database import Database
from agent.records.migrations import upgrade


@contextmanager
def opened(home: Path, url: str) -> Generator[Database]:
    """Open the records at an address, brought up to date, and close them in the end."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(url)
    try:
        upgrade(database.engine)
        yield database
    finally:
        database.dispose()

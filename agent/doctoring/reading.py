"""Reading the records as they lie there: none is made or migrated for a look."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from agent.records.database import Database
from agent.records.migrations import HEAD, version
from agent.settings import Settings


def made(settings: Settings) -> bool:
    """Return whether there is a database to look at; a server's is taken for made."""
    address = settings.database
    return not address.startswith("sqlite:///") or Path(address.removeprefix("sqlite:///")).exists()


@contextmanager
def opened(settings: Settings) -> Generator[Session | None]:
    """Open the records for reading; None where they cannot be, which is said elsewhere."""
    database = Database(settings.database)
    try:
        if not _readable(settings, database):
            yield None
            return
        with database.read() as session:
            yield session
    finally:
        database.dispose()


def _readable(settings: Settings, database: Database) -> bool:
    if not made(settings):
        return False
    try:
        with database.engine.connect() as connection:
            return version(connection) == HEAD
    except (SQLAlchemyError, sqlite3.Error):
        return False

"""The tables' history: one for SQLite and PostgreSQL, carried out when Concord starts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from agent.records.database import WRITERS_LOCK
from agent.records.guards import assert_guards, raise_guards

HEAD = "0014"
"""The latest version; a test holds it to the files."""

VERSION_TABLE = "concord_version"

MOVED = "moved"
"""Stands for the version of a database whose records were copied into another one."""


class Newer(RuntimeError):
    """A later Concord has been here; whoever runs this one has to update it."""


class Moved(Newer):
    """The records went to another database; whoever runs this one points Concord there."""


def upgrade(engine: Engine) -> None:
    """Bring a database to the tables of this version, or leave it alone if it has them.

    Args:
        engine: The engine of a ``Database``.

    Raises:
        Newer: The database is of a version this Concord does not know.
        Moved: Its records are kept in another database now.
        Unguarded: The audit's guards are missing although the tables are up to date.
    """
    with engine.connect() as connection:
        current = version(connection)
    if current == HEAD:
        with engine.connect() as connection:
            assert_guards(connection)
        return
    if current == MOVED:
        raise Moved(
            "these records were moved to another database; point CONCORD_DATABASE_URL at it"
        )
    if current is not None and current > HEAD:
        raise Newer(f"the database is of version {current}, this Concord knows {HEAD}")
    with engine.execution_options(concord_writes=True).connect() as connection:
        _references(connection, checked=False)
        try:
            with connection.begin():
                _migrate(connection)
        finally:
            _references(connection, checked=True)


def version(connection: Connection) -> str | None:
    """Return the version of a database; None of an empty one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def _migrate(connection: Connection) -> None:
    """Carry out what is missing, while everybody else who wants to write waits."""
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:key)")
        connection.execute(lock, {"key": WRITERS_LOCK})
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    command.upgrade(config, "head")
    raise_guards(connection)
    assert_guards(connection)


def _references(connection: Connection, *, checked: bool) -> None:
    """Let SQLite rebuild tables that others refer to; it hears this only between transactions."""
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys={'ON' if checked else 'OFF'}")
        cursor.close()

"""One worker per data folder and executor id: a second would run the first one's bursts again."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import sys
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from agent.records.database import WRITERS_LOCK, Database

FILE = "worker.lock"
HOLDER = re.compile(r"process (\d+),")
FIRST_WITH_SUBSECONDS = (3, 42, 0)
HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
AND classid = :ours AND objid::bigint = (:name + 4294967296) % 4294967296 AND granted
"""
NAMES_HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :ours AND granted
"""
PATIENCE = "5s"
"""How long a name may still be held: by a worker just gone, or by whoever takes over from it."""


class CannotRun(Exception):
    """This process cannot be a worker; the integrator reads why."""


@contextmanager
def owning(folder: Path, executor: str) -> Generator[None]:
    """Hold the folder of local state: checkpoints and index bear one worker.

    Raises:
        CannotRun: Another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / FILE).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read(200).strip() or "another process"
            raise CannotRun(
                f"a worker runs on the data in {folder} already ({holder}); "
                "stop it, or give this one a folder of its own (CONCORD_HOME)"
            ) from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, executor '{executor}'\n")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


class Name:
    """The name of a worker, held as a lock on a connection of its own.

    The server lets go of it when the connection ends, whoever ended it. A worker that has lost its
    name may have lost its turns to another one, so it has to stop.
    """

    def __init__(self, connection: Connection | None, key: Mapping[str, int]) -> None:
        self._connection, self._key = connection, key

    def still_held(self) -> bool:
        """Ask whether the name is still ours. Reads; not for the loop."""
        if self._connection is None:
            return True
        try:
            return bool(self._connection.execute(text(HELD), self._key).scalar())
        except SQLAlchemyError:
            return False


@contextmanager
def named(database: Database, executor: str) -> Generator[Name]:
    """Hold the name of an executor among all workers of a PostgreSQL database.

    Raises:
        CannotRun: Another worker holds it.
    """
    key = _key(executor)
    if database.dialect != "postgresql":
        yield Name(None, key)
        return
    with _apart(database) as connection:
        connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
        try:
            connection.execute(text("SELECT pg_advisory_lock(:ours, :name)"), key)
        except OperationalError as error:
            raise CannotRun(
                f"a worker with the executor id '{executor}' runs on this database already; "
                "stop it, or start this one with another CONCORD_EXECUTOR_ID"
            ) from error
        yield Name(connection, key)


def somebody_works(database: Database, folder: Path) -> bool:
    """Say whether a worker lives: one that holds its name, or the process that holds the folder."""
    if database.dialect == "postgresql":
        with database.read() as session:
            held = session.execute(text(NAMES_HELD), {"ours": WRITERS_LOCK}).scalar()
        return bool(held)
    try:
        process = HOLDER.match((folder / FILE).read_text("utf-8"))
        os.kill(int(process[1]), 0) if process else None
    except PermissionError:
        return True
    except OSError:
        return False
    return process is not None


@contextmanager
def vacant(database: Database, executor: str) -> Generator[bool]:
    """Say whether no worker holds a name; while that is so, none can take it."""
    with _apart(database) as connection:
        taken = text("SELECT pg_try_advisory_lock(:ours, :name)")
        yield bool(connection.execute(taken, _key(executor)).scalar())


@contextmanager
def _apart(database: Database) -> Generator[Connection]:
    """Open a connection that is nobody else's: what it holds is let go of when it ends."""
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        yield connection


def _key(executor: str) -> dict[str, int]:
    return {"ours": WRITERS_LOCK, "name": zlib.crc32(executor.encode()) - 2**31}


def check_sqlite(dialect: str) -> None:
    """Refuse the pair of Python and SQLite on which DBOS cannot keep its order.

    Raises:
        CannotRun: Python is 3.12 or newer and SQLite older than 3.42.
    """
    if dialect != "sqlite" or sys.version_info < (3, 12):
        return
    if sqlite3.sqlite_version_info < FIRST_WITH_SUBSECONDS:
        raise CannotRun(
            f"SQLite {sqlite3.sqlite_version} is too old for Python "
            f"{sys.version_info.major}.{sys.version_info.minor}: take Python 3.11, "
            "SQLite 3.42 or newer, or PostgreSQL (CONCORD_DATABASE_URL)"
        )

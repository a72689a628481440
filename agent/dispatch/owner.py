"""One process per executor id: a second one would run the first one's bursts at the same time."""

from __future__ import annotations

import fcntl
import sqlite3
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

FIRST_WITH_SUBSECONDS = (3, 42, 0)


class CannotRun(Exception):
    """This process cannot be a worker; the integrator reads why."""


@contextmanager
def owning(folder: Path, executor: str) -> Generator[None]:
    """Hold the lock of an executor id.

    Raises:
        CannotRun: Another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"executor-{executor}.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotRun(
                f"a worker with the executor id '{executor}' is running already; "
                "stop it, or start this one with another CONCORD_EXECUTOR_ID"
            ) from error
        yield


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

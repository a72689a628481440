"""Databases on the PostgreSQL server of a wheel; without the wheel their tests are skipped."""

from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from benchmarks import _postgres

NUMBERS = count(1)


@contextmanager
def server(folder: Path) -> Generator[str]:
    """Run a server for as long as the context lasts; its socket lies in the folder."""
    try:
        running = _postgres.server(folder)
        with running as host:
            yield host
    except _postgres.NoServer as error:
        pytest.skip(str(error))


@contextmanager
def new_database(host: str, template: str = "template1") -> Generator[str]:
    """Make a database, and drop it afterwards."""
    name = sql.Identifier(f"concord_{next(NUMBERS)}")
    with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as admin:
        like = sql.Identifier(template)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, like))
        yield f"postgresql://postgres@/{name.as_string().strip(chr(34))}?host={host}"
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

"""Databases on the PostgreSQL server of a wheel; without the wheel their tests are skipped."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import _postgres
from benchmarks._postgres import new_database

__all__ = ["new_database", "server"]


@contextmanager
def server(folder: Path) -> Generator[str]:
    """Run a server for as long as the context lasts; its socket lies in the folder."""
    try:
        running = _postgres.server(folder)
        with running as host:
            yield host
    except _postgres.NoServer as error:
        pytest.skip(str(error))

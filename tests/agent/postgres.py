"""Databases on the PostgreSQL server of a wheel; without the wheel their tests are skipped."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import _postgres
from benchmarks._postgres import Standing, new_database

__all__ = ["Standing", "new_database", "server", "standing"]


@contextmanager
def server(folder: Path) -> Generator[str]:
    """Run a server for as long as the context lasts; its socket lies in the folder."""
    with standing(folder) as running:
        yield running.host


@contextmanager
def standing(folder: Path) -> Generator[Standing]:
    """Run a server that can be stopped and started meanwhile."""
    try:
        with _postgres.standing(folder) as running:
            yield running
    except _postgres.NoServer as error:
        pytest.skip(str(error))

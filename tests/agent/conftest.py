"""A PostgreSQL server for all tests of the agent that want one; it starts when the first does."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.postgres import new_database, server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder of a running server's socket."""
    folder = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    try:
        with server(folder) as host:
            yield host
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_postgresql(postgresql: str) -> Iterator[str]:
    """The address of an empty database."""
    with new_database(postgresql) as url:
        yield url

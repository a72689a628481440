import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from agent.records.postings import PostingRecords
from tests.agent.effects.target import Target, Time


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, to be copied: that is faster than making each anew."""
    folder = tmp_path_factory.mktemp("empty")
    database = Database.of_home(folder)
    upgrade(database.engine)
    database.dispose()
    return folder / FILE


@pytest.fixture
def database(empty_records: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(empty_records, tmp_path / FILE)
    database = Database.of_home(tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(database: Database, time: Time) -> PostingRecords:
    return PostingRecords(database, time)


@pytest.fixture
def target(time: Time) -> Target:
    return Target(time)

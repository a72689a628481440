from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.records.postings import PostingRecords
from tests.agent.effects.target import Target, Time


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.of_home(tmp_path)
    upgrade(database.engine)
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

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from tests.agent.notify.desk import SECRET, TEAMS, Desk, plant_of


@pytest.fixture(scope="session")
def notifying_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables, to be copied."""
    database = Database.of_home(tmp_path_factory.mktemp("notify"))
    upgrade(database.engine)
    database.dispose()
    return Path(make_url(database.url).database or "")


@pytest.fixture
def database(notifying_tables: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(notifying_tables, tmp_path / FILE)
    database = Database.of_home(tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def desk(database: Database) -> Desk:
    """A plant with one Teams channel; a test says where it is."""
    return Desk(database, plant_of(TEAMS), {"SECRET": SECRET})

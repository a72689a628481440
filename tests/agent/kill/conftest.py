from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url

from agent.dispatch.enqueue import DurableEnqueuer
from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from tests.agent.kill.killing import Forge, forges
from tests.agent.postgres import new_database

AT_ONCE = 2

Urls = Callable[[], str]


@pytest.fixture(scope="session")
def forging() -> Iterator[list[Forge]]:
    """Processes to fork from, imports done."""
    with forges(AT_ONCE) as started:
        yield started


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them."""
    home = tmp_path_factory.mktemp("tables")
    _prepare(Database.of_home(home))
    return home / FILE


@pytest.fixture
def urls(postgresql: str) -> Iterator[Urls]:
    """Addresses of PostgreSQL databases with all tables and nothing in them."""
    with ExitStack() as stack:
        template = stack.enter_context(new_database(postgresql))
        _prepare(Database(template))
        name = make_url(template).database or ""
        yield lambda: stack.enter_context(new_database(postgresql, name))


def _prepare(database: Database) -> None:
    upgrade(database.engine)
    DurableEnqueuer(database).close()
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from agent.dispatch.durable import DurableDispatcher, Pace
from agent.dispatch.enqueue import DurableEnqueuer
from agent.records.cases import CaseRecords
from agent.records.database import Database
from agent.records.migrations import upgrade
from tests.agent.dispatch.turns import NOW, Scripted

HASTE = Pace(sweep_seconds=0.2, surprise_seconds=0.05, most_deaths=1)

Start = Callable[[Scripted], Awaitable[DurableDispatcher]]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The records, on SQLite unless a test says otherwise."""
    url: str | None = None
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgresql")
    database = Database.of_home(tmp_path, url)
    upgrade(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def records(database: Database) -> CaseRecords:
    return CaseRecords(database, lambda: NOW)


@pytest.fixture
def enqueuer(database: Database) -> Iterator[DurableEnqueuer]:
    enqueuer = DurableEnqueuer(database)
    yield enqueuer
    enqueuer.close()


@pytest.fixture
async def start(database: Database, records: CaseRecords, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts dispatchers, one at a time; what still runs in the end is stopped."""
    started = list[DurableDispatcher]()

    async def start(turns: Scripted) -> DurableDispatcher:
        one = DurableDispatcher(database, records, turns, home=tmp_path, pace=HASTE)
        await one.start()
        started.append(one)
        return one

    yield start
    for one in started:
        await one.stop(0)

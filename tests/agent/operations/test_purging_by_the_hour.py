"""The hourly purge: it goes on whatever goes wrong, and trusts no clock further than it must."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from agent.advance import Advance
from agent.case.ruling import Settlement
from agent.purging import Purged, Purger
from agent.records.cases import CaseRecords, Outcome, Wish
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from tests.agent.dispatch.deficits import environment, plant_files
from tests.agent.dispatch.turns import NOW, arrived
from tools.plant.model import Plant
from tools.plant.reading import load_plants

DAY = timedelta(days=1)
KEPT = 365 * DAY


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    server = request.param == "postgresql"
    url = request.getfixturevalue("empty_postgresql") if server else None
    database = Database.of_home(tmp_path, url)
    upgrade(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def plants(tmp_path: Path) -> dict[str, Plant]:
    return load_plants(plant_files(tmp_path / "plants", alone=False), environment())


@dataclass
class Time:
    """Time that only sleeping moves, and a clock that somebody sets."""

    passed: float = 0.0
    ahead: timedelta = timedelta(0)

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.passed) + self.ahead

    def seconds(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds


@dataclass
class Threads:
    """Forgets the threads of cases; the first few times that fails."""

    fails: int = 0
    forgotten: list[str] = field(default_factory=list[str])

    async def forget(self, case: str) -> None:
        if self.fails:
            self.fails -= 1
            raise sqlite3.OperationalError("disk I/O error")
        self.forgotten.append(case)


async def settled(database: Database, ago: Sequence[timedelta]) -> None:
    """Settle cases so long ago."""
    for number, before in enumerate(ago):
        records = CaseRecords(database, lambda at=NOW - before: at)
        started = Collected()
        received = await records.receive(arrived(f"s{number}", str(number)), started)
        assert received.case is not None
        await records.settle(Outcome(received.case, Settlement.CORRECTED, None, "late"))
        await records.end_turn(started.turns[-1].id, started)


async def left(database: Database) -> int:
    return sum((await CaseRecords(database, lambda: NOW).count(Wish())).values())


async def test_a_purge_that_fails_is_followed_by_the_next(
    database: Database, plants: dict[str, Plant]
) -> None:
    await settled(database, [KEPT + DAY])
    time, threads = Time(), Threads(fails=1)
    purger = Purger(database, plants, cast(Advance, threads), time.clock, time.sleep)
    await settled_by(purger.hourly(), 1)
    assert (await left(database), time.passed, len(threads.forgotten)) == (0, 7200, 1)


async def settled_by(hours: AsyncIterator[Purged], purges: int) -> None:
    """Let so many purges come to their end."""
    for _ in range(purges):
        await anext(hours)

"""The hourly purge: it goes on whatever goes wrong, and trusts no clock further than it must."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from agent.advance import Advance
from agent.case.ruling import Settlement
from agent.commands.purge import app
from agent.doctoring.finding import Mark
from agent.doctoring.retention import retention
from agent.purging import Purger
from agent.records.cases import CaseRecords, Outcome, Wish
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from tests.agent.dispatch.deficits import environment, plant_files, settings_of
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
    await purged(purger_of(database, plants, time, threads), 1)
    assert (await left(database), time.passed, len(threads.forgotten)) == (0, 7200, 1)


@pytest.mark.parametrize("ahead", [2 * KEPT, 20 * KEPT])
async def test_a_clock_set_ahead_lets_go_of_no_more_than_a_day_an_hour(
    database: Database,
    plants: dict[str, Plant],
    ahead: timedelta,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await settled(database, [10 * DAY, 6 * DAY, DAY])
    time = Time()
    purger = purger_of(database, plants, time)
    await purged(purger, 1)
    assert await left(database) == 3
    time.ahead = ahead

    await purged(purger, 48)
    assert await left(database) == 3
    assert "by the clock 3 settled cases are over their time" in caplog.text
    again = purger_of(database, plants, time)  # a restart is no way round it
    await purged(again, 1)
    assert await left(database) == 2
    time.ahead = timedelta(0)

    await purged(again, 24)
    assert await left(database) == 2


async def test_after_months_switched_off_it_catches_up_in_days(
    database: Database, plants: dict[str, Plant]
) -> None:
    await settled(database, [KEPT + ago * DAY for ago in (90, 60, 30, 0)])
    time = Time()
    purger = purger_of(database, plants, time)
    await purged(purger, 29)
    assert await left(database) == 3
    await purged(purger, 70)
    assert await left(database) == 0


async def test_the_doctor_says_what_is_long_over_its_time(
    database: Database, plants: dict[str, Plant], tmp_path: Path
) -> None:
    await settled(database, [10 * DAY, DAY])
    settings = settings_of(tmp_path, tmp_path / "plants", database.url)
    known = list(plants.values())
    assert retention(settings, known, NOW).mark is Mark.OK
    found = retention(settings, known, NOW + KEPT)
    assert (found.mark, "2 of plant 1010, the first settled on 2026-03-07" in found.found) == (
        Mark.WARN,
        True,
    )


async def test_by_hand_it_is_done_at_once(database: Database, plants: dict[str, Plant]) -> None:
    await settled(database, [KEPT + 90 * DAY, KEPT + DAY, DAY])
    purger = purger_of(database, plants, Time())
    assert purger.due() == {"1010": 2}
    assert (await purger.purge()).cases == 2
    assert await left(database) == 1


def test_the_command_says_first_how_much_it_lets_go_of(
    concord_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_files(concord_home / "plants", alone=False)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    ran = CliRunner().invoke(app, [])
    first, second, _ = ran.output.splitlines()
    assert first == "1010: 0 cases are due."
    assert second.startswith("0 cases are purged")


def purger_of(
    database: Database, plants: dict[str, Plant], time: Time, threads: Threads | None = None
) -> Purger:
    advance = cast(Advance, threads or Threads())
    return Purger(database, plants, advance, time.clock, time.seconds, time.sleep)


async def purged(purger: Purger, purges: int) -> None:
    """Let so many hourly purges come to their end."""
    hours = purger.hourly()
    for _ in range(purges):
        await anext(hours)
    await hours.aclose()

"""A process tells of its own connections, and no more than is new."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from agent.background import meanwhile
from agent.bootstrap import Machinery
from agent.records import interfaces
from agent.records.interfaces import Told
from agent.sides import Wires
from tests.agent.dispatch.deficits import (
    PLANT,
    concord,
    environment,
    new_world,
    plant_files,
    settings_of,
)
from tools.errors import ToolError
from tools.objects.reading import System
from tools.patience import Rhythm
from tools.sandbox.app import plant_doors
from tools.sandbox.transport import WorldTransport


class Way(httpx.AsyncBaseTransport):
    """The way to the plant, and what stands in it; time passes as the test says."""

    def __init__(self) -> None:
        self.world = new_world()
        self.shut, self.seconds = False, 0.0
        self._through = WorldTransport(self.world, plant_doors())

    def clock(self) -> float:
        return self.seconds

    async def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self.world.clock.advance(seconds)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.shut:
            raise httpx.ConnectError("no way through")
        return await self._through.handle_async_request(request)


@pytest.fixture
def way() -> Way:
    return Way()


@pytest.fixture
async def machinery(tmp_path: Path, way: Way) -> AsyncIterator[Machinery]:
    rhythm = Rhythm(way.clock, way.pass_by, lambda: 1.0)
    wires = Wires(environment(), way.world.clock.now, way, rhythm)
    plants = plant_files(tmp_path / "plants", alone=False)
    async with concord(settings_of(tmp_path / "home", plants), wires) as machinery:
        yield machinery


def told(machinery: Machinery) -> dict[tuple[str, str], Told]:
    with machinery.database.read() as session:
        return {(one.process, one.health.system): one for one in interfaces.told(session)}


async def ask(machinery: Machinery, times: int = 1) -> None:
    """Ask the ERP, whatever it says."""
    connection = machinery.plants[PLANT].connections[System.ERP]
    for _ in range(times):
        try:
            await connection.read("GET", "/nothing-of-the-kind")
        except ToolError:
            continue


async def test_every_system_is_told_of_even_before_it_is_asked(machinery: Machinery) -> None:
    await machinery.reporter("local").write()
    found = told(machinery)
    assert {system for _, system in found} == {"ERP", "MES"}
    erp = found["local", "ERP"].health
    assert (erp.answered, erp.answered_at, erp.fault, erp.left_alone) == (0, None, None, False)


async def test_what_failed_and_that_it_is_left_alone_is_told_with_its_time(
    machinery: Machinery, way: Way
) -> None:
    reporter = machinery.reporter("local")
    await ask(machinery)
    way.shut = True
    await way.pass_by(60)
    began = machinery.context.clock()
    await ask(machinery, times=2)
    await way.pass_by(20)
    await reporter.write()
    erp = told(machinery)["local", "ERP"].health
    assert erp.answered == 1
    assert erp.failed["unreachable"] >= 5
    assert erp.left_alone
    assert erp.answered_at is not None
    assert erp.fault is not None
    assert erp.answered_at < began <= erp.fault.at < machinery.context.clock()
    assert "no way through" in erp.fault.why


async def test_what_was_counted_is_added_once(machinery: Machinery) -> None:
    first = machinery.reporter("local")
    await ask(machinery, times=3)
    await first.write()
    await ask(machinery)
    await first.write()
    await first.write()
    assert told(machinery)["local", "ERP"].health.answered == 4


async def test_nothing_new_is_told_only_now_and_then(machinery: Machinery, way: Way) -> None:
    reporter = machinery.reporter("local")
    await reporter.write()
    first = told(machinery)["local", "ERP"].at
    await way.pass_by(15)
    await reporter.write()
    assert told(machinery)["local", "ERP"].at == first
    await way.pass_by(60)
    await reporter.write()
    assert told(machinery)["local", "ERP"].at > first


async def test_what_could_not_be_written_is_written_later(machinery: Machinery) -> None:
    reporter = machinery.reporter("local")
    await ask(machinery)
    with machinery.database.write() as session:
        session.execute(text("ALTER TABLE interface_health RENAME TO elsewhere"))
    await reporter.write()
    with machinery.database.write() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO interface_health"))
    assert told(machinery) == {}
    await reporter.write()
    assert told(machinery)["local", "ERP"].health.answered == 1


async def test_what_happened_last_is_told_at_the_end(machinery: Machinery) -> None:
    reporter = machinery.reporter("local")
    first = asyncio.Event()

    async def until(over: asyncio.Event) -> None:
        await reporter.write()
        first.set()
        await reporter.until(over, 3600)

    async with meanwhile(until):
        await first.wait()
        await ask(machinery, times=2)
    assert told(machinery)["local", "ERP"].health.answered == 2

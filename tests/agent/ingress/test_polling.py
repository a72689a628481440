"""Messages in trouble that nobody tells of are looked for, and each trouble is told once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.ingress.inlet import Inlet
from agent.ingress.polling import MOST_STUCK, STUCK, Poller
from agent.ingress.streams import Streams
from agent.records.gates import Collected
from agent.service.web import web
from agent.sides import Wires
from tests.agent.dispatch.deficits import (
    PLANT,
    concord,
    environment,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tests.agent.service.conftest import key
from tools.objects.reading import System
from tools.objects.sync import SyncMessage, SyncState
from tools.ports import Messages
from tools.sandbox.app import plant_doors
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

IGNITION = "1710"
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    folder = plant_files(tmp_path / "plants", alone=False)
    site = (Path(__file__).parents[3] / f"tools/sandbox/plants/{IGNITION}.toml").read_text("utf-8")
    (folder / f"{IGNITION}.toml").write_text(site + "\n[polling]\nseconds = 60\n", "utf-8")
    return folder


@pytest.fixture
async def machinery(plants: Path, tmp_path: Path, world: World) -> AsyncIterator[Machinery]:
    async with concord(settings_of(tmp_path / "home", plants), wires_of(world)) as machinery:
        yield machinery


def poller(machinery: Machinery, plant: str, inlet: Inlet) -> Poller:
    clock = machinery.context.clock
    stream = Streams(clock).open(plant, System.MES.value, timedelta(minutes=3))
    port = machinery.context.sides(plant)[System.MES].port(Messages)
    return Poller(stream, port, inlet, clock, HALF_AN_HOUR)


async def test_a_refusal_is_found_and_becomes_one_case(machinery: Machinery, world: World) -> None:
    [deficit] = await run_dry(world, machinery.plants[PLANT], takable(world)[:1])
    started = Collected()
    inlet = Inlet(machinery, started)
    mes = poller(machinery, PLANT, inlet)
    many = await mes.look()
    assert many >= 1
    assert await mes.look() == 0
    opened = [await machinery.records.case(turn.case) for turn in started.turns]
    found = next(one for one in opened if one and one.signal.keys["message"] == deficit.message)
    assert found.conflict is not None
    assert found.conflict.kind == "production/posting_rejected"
    assert found.signal.keys["order"] == deficit.order
    assert found.signal.message is not None
    again = poller(machinery, PLANT, inlet)
    assert await again.look() == many  # whoever starts anew knows nothing; the inbox does
    assert len(started.turns) == len(opened)
    assert await machinery.records.dead_letters() == []


def lying(world: World, number: int, state: SyncState = SyncState.QUEUED) -> SyncMessage:
    """A message of the Ignition site that lies there, the first of them for the longest."""
    orders = [one.number for one in world.ignition.orders.values() if one.plant == IGNITION]
    since = world.clock.now() - timedelta(hours=2) + timedelta(minutes=number)
    return SyncMessage(
        f"L{number}", IGNITION, "note", f"N{number}", state, since, order=orders[number]
    )


async def test_the_log_of_an_ignition_site_is_read_and_what_lies_there_is_told_once(
    machinery: Machinery, world: World
) -> None:
    world.ignition.put_message(lying(world, 1))
    world.ignition.put_message(replace(lying(world, 2), queued_at=world.clock.now()))
    started = Collected()
    site = poller(machinery, IGNITION, Inlet(machinery, started))
    await site.look()
    assert await site.look() == 0
    opened = [await machinery.records.case(turn.case) for turn in started.turns]
    stuck = [one.signal for one in opened if one and one.signal.type == STUCK]
    assert [one.keys["message"] for one in stuck] == ["L1"]
    assert await machinery.records.dead_letters() == []


async def test_of_an_interface_that_stands_still_only_the_oldest_are_told(
    machinery: Machinery, world: World
) -> None:
    for number in range(MOST_STUCK + 4):
        world.ignition.put_message(lying(world, number, SyncState.SENT))
    started = Collected()
    site = poller(machinery, IGNITION, Inlet(machinery, started))
    await site.look()
    opened = [await machinery.records.case(turn.case) for turn in started.turns]
    stuck = [one.signal for one in opened if one and one.signal.type == STUCK]
    assert {one.keys["message"] for one in stuck} == {f"L{n}" for n in range(MOST_STUCK)}
    assert stuck[0].data["waiting"] >= MOST_STUCK + 4
    del world.ignition.messages["L0"]
    assert await site.look() == 1  # the next one moves up


class Switch(httpx.AsyncBaseTransport):
    """A way to the plant's systems on which one of them may let nobody in."""

    def __init__(self, through: httpx.AsyncBaseTransport) -> None:
        self._through, self.shut = through, ""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.shut and request.url.host.startswith(self.shut):
            return httpx.Response(403, request=request)
        return await self._through.handle_async_request(request)


async def test_a_stream_that_goes_unread_is_named_and_makes_nothing_unready(
    plants: Path, tmp_path: Path, world: World
) -> None:
    switch = Switch(WorldTransport(world, plant_doors()))
    wires = Wires(environment(), world.clock.now, switch, sleep=lambda _: asyncio.sleep(0.05))
    async with (
        concord(settings_of(tmp_path / "home", plants), wires) as machinery,
        web(machinery, ("127.0.0.1", 0)) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        http.headers = key(machinery, Deed.READ_METRICS, Deed.READ_PLANTS)

        async def until(name: str, holds: Callable[[dict[str, Any]], bool]) -> None:
            async with asyncio.timeout(20):
                while not holds((await streams(http))[name]):
                    await asyncio.sleep(0.02)

        for name in ("ERP", "MES"):
            await until(name, lambda one: one["read_at"] is not None)
        assert (await http.get("/readyz")).json()["streams"] == "read"
        switch.shut = "ignition"
        await until("MES", lambda one: "Ignition" in one["trouble"])
        world.clock.advance(600)
        await until("ERP", lambda one: not one["behind"])
        assert (await streams(http))["MES"]["behind"]
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["streams"]) == (200, "behind")
        lines = (await http.get("/metrics")).text.splitlines()
    of = f'{{plant="{IGNITION}",stream="MES"}}'
    figures = dict(line.split(" ") for line in lines if of in line and "created" not in line)
    assert float(figures[f"concord_stream_age_seconds{of}"]) >= 600
    assert float(figures[f"concord_stream_behind{of}"]) == 1
    assert float(figures[f"concord_stream_failures_total{of}"]) > 0


async def streams(http: httpx.AsyncClient) -> dict[str, Any]:
    """Return how the streams of the Ignition site stand, by the system that is read."""
    plant = (await http.get(f"/v1/plants/{IGNITION}")).json()
    return {one["name"]: one for one in plant["streams"]}

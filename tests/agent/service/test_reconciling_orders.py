"""Reconciliation: all orders of a plant compared at once, only what needs somebody is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agent.bootstrap import Machinery
from agent.records.gates import Collected
from agent.records.pages import Wish
from agent.service.application import application
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tools.sandbox.changes import story
from tools.sandbox.scenarios.picking import run
from tools.sandbox.world import World

BEARER = {"Authorization": "Bearer let-me-in"}
PATH = "/v1/plants/1010/orders/reconciliation"


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
async def machinery(tmp_path: Path, world: World) -> AsyncIterator[Machinery]:
    folder = plant_files(tmp_path / "plants", alone=False)
    async with concord(settings_of(tmp_path / "home", folder), wires_of(world)) as machinery:
        yield machinery


@pytest.fixture
async def client(machinery: Machinery) -> AsyncIterator[httpx.AsyncClient]:
    app = httpx.ASGITransport(application(machinery, Collected()))
    async with httpx.AsyncClient(
        transport=app, base_url="http://localhost", headers=BEARER
    ) as client:
        yield client


async def test_a_plant_whose_systems_agree_needs_nobody(client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["looked_at"] > 50
    assert found["orders"] == []


async def test_only_orders_that_need_somebody_are_told_with_the_step_that_would_settle_them(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    finished, early = (run(world, "1010", position=at).order.number for at in (0, 3))
    story.read(
        [
            {"do": "order_status", "order": finished, "side": "mes", "status": "confirmed"},
            {"do": "order_status", "order": early, "side": "mes", "status": "released"},
            {"do": "order_status", "order": early, "side": "erp", "status": "created"},
        ]
    ).play(world)
    before = len(world.journal.entries)
    told = {one["order"]: one for one in (await client.post(PATH)).json()["orders"]}
    assert {number: one["cause"] for number, one in told.items()} == {
        finished: "erp_behind",
        early: "released_too_early",
    }
    assert finished in told[finished]["step"]
    assert told[early]["step"] is None
    assert len(world.journal.entries) == before
    assert sum((await machinery.records.count(Wish())).values()) == 0


async def test_a_plant_nobody_knows_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post(PATH.replace("1010", "9999"))).status_code in {403, 404}

"""Feasibility of an order over HTTP: the catalogue's payload, and what is said only if asked."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.bootstrap import Machinery
from agent.records.gates import Collected
from agent.service.application import application
from tests.agent.dispatch.deficits import concord, plant_files, settings_of, wires_of
from tools.objects.order import OrderStatus
from tools.sandbox.changes.story import read
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.picking import order_with
from tools.sandbox.world import World

BEARER = {"Authorization": "Bearer let-me-in"}
CHECK, SEQUENCE = "/v1/feasibility/check", "/v1/orders/sequence"
PLAIN = {
    "feasibility_score",
    "status",
    "blocking_issues",
    "warnings",
    "recommended_action",
}


@pytest.fixture
def world() -> World:
    return opened(7, datetime(2026, 3, 17, 8, tzinfo=UTC))


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


def payload(world: World, **changes: Any) -> dict[str, Any]:
    """The catalogue's question, about a released order and far enough ahead."""
    order = order_with(world, "1010", mes=OrderStatus.RELEASED, erp="Released")
    step = order.operations[0]
    return {
        "order_id": order.number,
        "material": order.material,
        "quantity": 1,
        "required_work_center": step.work_center,
        "required_skill": "ASSEMBLY",
        "due_date": "2099-12-31",
        "plant": "1010",
    } | changes


async def asked(client: httpx.AsyncClient, body: dict[str, Any], how: str = "") -> dict[str, Any]:
    answer = await client.post(CHECK + how, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_one_piece_until_the_end_of_the_century_is_feasible(
    client: httpx.AsyncClient, world: World
) -> None:
    before = len(world.journal.entries)
    told = await asked(client, payload(world))
    assert set(told) == PLAIN
    assert (told["blocking_issues"], told["recommended_action"]) == ([], "RELEASE_ORDER")
    assert told["feasibility_score"] >= 0.7
    assert len(world.journal.entries) == before


async def test_more_than_the_plant_holds_is_blocked_and_says_of_what(
    client: httpx.AsyncClient, world: World
) -> None:
    told = await asked(client, payload(world, quantity=9_000_000), "?explain=facts")
    assert (told["status"], told["recommended_action"]) == ("BLOCKED", "HOLD_ORDER")
    assert (told["feasibility_score"], told["parts"]["stock"]) == (0, 0)
    assert {one["says"] for one in told["reasons"] if one["weight"] == 0} == set(
        told["blocking_issues"]
    )
    assert told["facts"]["order"]["system"] == "ERP"


async def test_a_skill_nobody_is_certified_for_blocks(
    client: httpx.AsyncClient, world: World
) -> None:
    told = await asked(client, payload(world, required_skill="JUGGLING"), "?explain=reasons")
    assert told["status"] == "BLOCKED", told
    assert told["parts"]["certificate"] == 0
    assert "JUGGLING" in told["blocking_issues"][0]


async def test_what_cannot_be_done_by_today_is_delayed(
    client: httpx.AsyncClient, world: World
) -> None:
    told = await asked(client, payload(world, due_date="2000-01-01"))
    assert (told["status"], told["recommended_action"]) == ("AT_RISK", "DELAY_ORDER")


async def test_another_material_or_work_center_than_the_orders_is_refused(
    client: httpx.AsyncClient, world: World
) -> None:
    told = await asked(client, payload(world, material="RM-1", required_work_center="MOON-01"))
    assert told["status"] == "BLOCKED"
    assert len(told["blocking_issues"]) >= 2


async def test_an_order_nobody_has_is_not_found(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.post(CHECK, json=payload(world, order_id="9999999"))
    assert answer.status_code == 404
    assert (await client.post(CHECK, json={"order_id": "9999999"})).status_code == 404


async def test_a_machine_down_puts_orders_behind_those_that_can_run(
    client: httpx.AsyncClient, world: World
) -> None:
    numbers = sorted(
        order_with(world, "1010", mes=OrderStatus.RELEASED, erp="Released", position=one).number
        for one in range(4)
    )
    first = await client.post(SEQUENCE, json={"plant": "1010", "orders": numbers})
    assert first.status_code == 200, first.text
    again = await client.post(SEQUENCE, json={"plant": "1010", "orders": numbers[::-1]})
    assert first.json() == again.json()
    assert sorted(one["order"] for one in first.json()["sequence"]) == numbers
    able = first.json()["sequence"][0]["order"]
    read([{"do": "mes_hold", "kind": "order", "object": able}]).play(world, {})
    held = await client.post(SEQUENCE, json={"plant": "1010", "orders": numbers})
    places = {one["order"]: one for one in held.json()["sequence"]}
    assert places[able]["status"] == "BLOCKED"
    assert places[able]["position"] > 1

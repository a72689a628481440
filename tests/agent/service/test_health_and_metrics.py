"""What whoever runs the service is told: whether it can work, and how long its parts take."""

import asyncio
import fcntl

import httpx

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.graph import opened
from agent.records.gates import Collected
from agent.service.application import application
from tests.agent.service.conftest import key
from tests.agent.service.waiting import waiting_case
from tools.sandbox.world import World


async def ready(client: httpx.AsyncClient) -> tuple[str, str]:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    return answer.json()["worker"], answer.json()["precedents"]


async def test_it_says_whether_a_worker_lives_and_precedents_are_recalled(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    assert await ready(client) == ("none", "unopened")
    dispatcher = machinery.dispatcher()
    await dispatcher.start()
    assert await ready(client) == ("alive", "unopened")
    await dispatcher.stop(5)
    assert await ready(client) == ("none", "unopened")
    folder = machinery.settings.home / "chroma"
    folder.mkdir(exist_ok=True)
    with (folder / "owner.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        await machinery.mend_precedents()
        assert await ready(client) == ("none", "unusable")
    await machinery.mend_precedents()
    assert await ready(client) == ("none", "open")


async def test_a_process_that_lost_its_worker_is_not_ready(machinery: Machinery) -> None:
    lost = asyncio.Event()
    app = httpx.ASGITransport(application(machinery, Collected(), lost))
    async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
        assert (await client.get("/readyz")).status_code == 200
        lost.set()
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (
        503,
        "The worker of this process has lost its place.",
    )


async def test_how_long_each_node_and_workflow_takes_is_measured(
    client: httpx.AsyncClient, machinery: Machinery, world: World
) -> None:
    await waiting_case(machinery, world)
    answer = await client.get("/metrics", headers=key(machinery, Deed.READ_METRICS))
    lines = answer.text.splitlines()
    nodes = {one.split('"')[1] for one in lines if one.startswith("concord_node_seconds_count")}
    assert {"identify", "gather", "diagnose", "prove", "rule"} <= nodes
    assert nodes <= set(opened().nodes)
    assert any(one.startswith('concord_turn_seconds_count{workflow="signal"}') for one in lines)

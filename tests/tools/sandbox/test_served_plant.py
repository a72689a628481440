"""The plant over real sockets: ports, lost answers, late commits, control."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from tests.tools.sandbox.tanks import DOORS, ROOT, TankWorld, of, tank_world
from tools.sandbox.clock import SandboxClock
from tools.sandbox.serve import Ports, Served, served
from tools.sandbox.servers import Server
from tools.sandbox.world import World

FILLING = {"Tank": "1", "Quantity": "1", "ReferenceDocument": "R1"}


def running_world() -> TankWorld:
    world = tank_world()
    world.clock = SandboxClock(running=True)
    return world


def spill(world: World) -> object:
    of(world).tanks.clear()
    return {"signal": "the floor is wet"}


@pytest.fixture
async def plant() -> AsyncGenerator[Served]:
    async with served(running_world, doors=DOORS, scenarios={"spill": spill}, hold=0.1) as plant:
        yield plant


@pytest.fixture
async def control(plant: Served) -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {plant.control_token}"}
    async with httpx.AsyncClient(base_url=plant.control_url, headers=headers) as client:
        yield client


@pytest.fixture
async def client(plant: Served) -> AsyncGenerator[httpx.AsyncClient]:
    known = plant.credentials
    async with httpx.AsyncClient(
        base_url=plant.urls[Server.S4] + ROOT, auth=(known.user, known.password), timeout=5
    ) as client:
        fetched = await client.get("/", headers={"x-csrf-token": "Fetch"})
        client.headers["x-csrf-token"] = fetched.headers["x-csrf-token"]
        yield client


async def journal(control: httpx.AsyncClient) -> list[tuple[bool, int | str]]:
    entries: list[dict[str, Any]] = (await control.get("/journal")).json()["entries"]
    return [(entry["committed"], entry["answered"]) for entry in entries]


async def test_a_write_over_a_socket_is_answered_and_journaled(
    client: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    assert (await client.post("/A_Filling", json=FILLING)).status_code == 201
    assert (await client.head("/")).status_code == 200
    assert await journal(control) == [(True, 201)]


@pytest.mark.parametrize("kind", ["commit_then_timeout", "commit_then_reset", "drop_before_commit"])
async def test_a_lost_answer_ends_the_connection_without_one(
    client: httpx.AsyncClient, control: httpx.AsyncClient, kind: str
) -> None:
    await control.post("/faults", json={"kind": kind, "method": "WRITE", "count": 1})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await client.post("/A_Filling", json=FILLING)
    assert await journal(control) == ([] if kind == "drop_before_commit" else [(True, "lost")])
    assert (await client.post("/A_Filling", json=FILLING)).status_code == 201


async def test_an_impatient_client_is_not_waited_for(
    client: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    await control.post("/faults", json={"kind": "commit_then_timeout", "count": 1})
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/A_Filling", json=FILLING, timeout=0.02)
    assert await journal(control) == [(True, "lost")]


async def test_a_slow_commit_appears_by_itself(
    client: httpx.AsyncClient, control: httpx.AsyncClient, plant: Served
) -> None:
    await control.post("/faults", json={"kind": "slow_commit", "count": 1, "seconds": 60})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await client.post("/A_Filling", json=FILLING)
    assert len(of(plant.world).fillings) == 2
    assert (await control.post("/clock", json={"advance": 60})).json()["running"]
    assert await journal(control) == [(True, "lost")]


async def test_many_may_ask_at_once(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.get("/A_Tank('1')") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}


async def test_control_needs_its_token(plant: Served, control: httpx.AsyncClient) -> None:
    for value in ("", "Bearer x"):
        refused = await control.get("/journal", headers={"authorization": value})
        assert refused.status_code == 401
    assert plant.as_json()["control"] == {"url": plant.control_url, "token": plant.control_token}


async def test_scenarios_run_and_a_reset_takes_everything_back(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    assert (await control.get("/scenarios")).json() == {"scenarios": ["spill"]}
    ran = (await control.post("/scenarios/spill")).json()
    assert ran["said"] == {"signal": "the floor is wet"}
    assert (await client.get("/A_Tank/$count")).text == "0"
    await control.post("/reset")
    assert (await client.get("/A_Tank/$count")).text == "5"


async def test_faults_are_listed_and_taken_back(control: httpx.AsyncClient) -> None:
    number = (await control.post("/faults", json={"kind": "lock", "server": "s4"})).json()["number"]
    [listed] = (await control.get("/faults")).json()["faults"]
    assert (listed["kind"], listed["server"], listed["number"]) == ("lock", "s4", number)
    assert (await control.delete(f"/faults/{number}")).json() == {"faults": 0}
    assert (await control.delete("/faults")).json() == {"faults": 0}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/faults", {"kind": "meteor"}, 422),
        ("POST", "/faults", {"kind": "lock", "colour": "red"}, 422),
        ("POST", "/faults", {"kind": "lock", "path": "("}, 422),
        ("POST", "/faults", {"kind": "lock", "probability": 2}, 422),
        ("POST", "/faults", None, 422),
        ("POST", "/clock", {"advance": -1}, 422),
        ("POST", "/clock", {"advance": "soon"}, 422),
        ("POST", "/scenarios/flood", None, 404),
        ("DELETE", "/faults/x", None, 404),
        ("PUT", "/journal", None, 404),
        ("GET", "/", None, 404),
    ],
)
async def test_a_wrong_control_request_is_refused(
    control: httpx.AsyncClient, method: str, path: str, body: object, status: int
) -> None:
    assert (await control.request(method, path, json=body)).status_code == status


async def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port}"):
            async with served(tank_world, doors=DOORS, ports=Ports(control=port)):
                pass


async def test_ports_can_be_chosen_and_are_free_again_afterwards() -> None:
    for _ in range(2):
        async with served(tank_world, doors=DOORS) as plant:
            port = httpx.URL(plant.urls[Server.S4]).port
        assert port
        async with served(tank_world, doors=DOORS, ports=Ports({Server.S4: port})) as plant:
            assert plant.urls[Server.S4] == f"http://127.0.0.1:{port}"


async def test_every_open_connection_can_be_cut(plant: Served) -> None:
    at = httpx.URL(plant.urls[Server.S4])
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: s4\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    assert plant.cut() == 1
    with pytest.raises(ConnectionResetError):
        await reader.readuntil(b"nobody says this")
    assert plant.cut() == 0
    writer.close()

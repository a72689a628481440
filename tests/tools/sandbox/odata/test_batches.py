"""``$batch``: each part its own outcome, a changeset all or nothing."""

import json

import httpx
import pytest

from tests.tools.sandbox.tanks import DOORS, ROOT, TankWorld, tank_world
from tools.sandbox.visitor import Visitor

GET = "GET A_Tank('1')?$select=Tank HTTP/1.1\r\nAccept: application/json\r\n\r\n"


@pytest.fixture
def world() -> TankWorld:
    return tank_world()


@pytest.fixture
def visitor(world: TankWorld) -> Visitor:
    return Visitor(world, DOORS, ROOT)


def filling(quantity: str, reference: str = "R") -> str:
    body = json.dumps({"Tank": "1", "Quantity": quantity, "ReferenceDocument": reference})
    return (
        "POST A_Filling HTTP/1.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )


def mixed(boundary: str, *parts: str) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def http(message: str, content_id: str = "1") -> str:
    return f"Content-Type: application/http\r\nContent-ID: {content_id}\r\n\r\n{message}"


def changeset(*messages: str) -> str:
    inner = mixed("inner", *map(http, messages))
    return f"Content-Type: multipart/mixed; boundary=inner\r\n\r\n{inner}"


async def send(visitor: Visitor, *parts: str, **headers: str) -> httpx.Response:
    body = mixed("outer", *parts).encode()
    named = {"content_type": 'multipart/mixed; boundary="outer"'} | headers
    return await visitor.send("POST", "$batch", body, **named)


def statuses(response: httpx.Response) -> list[int]:
    lines = response.text.splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("HTTP/1.1 ")]


async def test_parts_are_answered_in_order(visitor: Visitor, world: TankWorld) -> None:
    response = await send(visitor, http(GET), changeset(filling("1"), filling("2")), http(GET))
    assert response.status_code == 202
    assert response.headers["content-type"].startswith("multipart/mixed; boundary=")
    assert statuses(response) == [200, 201, 201, 200]
    assert '{"d":{"__metadata"' in response.text
    assert [entry.answered for entry in world.journal.entries] == [202, 202]


async def test_a_changeset_leaves_nothing_when_one_of_it_fails(
    visitor: Visitor, world: TankWorld
) -> None:
    response = await send(visitor, changeset(filling("1"), filling("99999")), http(GET))
    assert statuses(response) == [400, 200]
    assert "ZDEMO/002" in response.text
    assert (len(world.fillings), world.tanks["1"]["Level"]) == (2, 10.5)
    assert [entry.committed for entry in world.journal.entries] == [False, False]


async def test_one_changeset_does_not_undo_another(visitor: Visitor, world: TankWorld) -> None:
    response = await send(
        visitor, changeset(filling("1")), changeset(filling("2"), filling("99999"))
    )
    assert statuses(response) == [201, 400]
    assert len(world.fillings) == 3


async def test_without_token_a_batch_may_only_read(visitor: Visitor, world: TankWorld) -> None:
    response = await send(visitor, http(GET), changeset(filling("1")), x_csrf_token="stale")
    assert statuses(response) == [200, 403]
    assert "/IWFND/CM_MGW/098" in response.text
    assert world.journal.entries == []


async def test_addresses_inside_may_be_whole_and_a_part_may_fail_alone(visitor: Visitor) -> None:
    whole = GET.replace("A_Tank", f"{ROOT}/A_Tank")
    far = GET.replace("A_Tank", f"http://s4.sandbox{ROOT}/A_Tank")
    wrong = GET.replace("A_Tank('1')", "A_Tank('77')")
    assert statuses(await send(visitor, *map(http, (whole, wrong, far)))) == [200, 404, 200]


async def test_reads_and_changes_keep_to_their_places(visitor: Visitor) -> None:
    assert statuses(await send(visitor, http(filling("1")), changeset(GET))) == [400, 400]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--outer",
        b"--outer\r\n",
        b"--outer\r\nContent-Type: application/http\r\n\r\nGET\r\n--outer",
        b"no boundary at all",
    ],
)
async def test_a_torn_batch_is_refused(visitor: Visitor, body: bytes) -> None:
    kind = "multipart/mixed; boundary=outer"
    response = await visitor.send("POST", "$batch", body, content_type=kind)
    assert response.status_code == 400


async def test_a_batch_names_its_boundary(visitor: Visitor) -> None:
    response = await send(visitor, http(GET), content_type="multipart/mixed")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "part",
    ["", "Content-Type: text/plain\r\n\r\nhello", http("HELLO"), http("GET\r\n\r\n"), "a: b"],
)
async def test_a_senseless_part_is_refused_alone(visitor: Visitor, part: str) -> None:
    assert statuses(await send(visitor, part, http(GET))) == [400, 200]

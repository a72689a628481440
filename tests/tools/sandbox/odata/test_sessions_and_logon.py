"""Who may speak to the gateway, and with which token."""

import httpx
import pytest

from tests.tools.sandbox.tanks import DOORS, ROOT, TankWorld, tank_world
from tools.sandbox.transport import WorldTransport
from tools.sandbox.visitor import Visitor

FILLING = {"Tank": "1", "Quantity": "1"}


@pytest.fixture
def world() -> TankWorld:
    return tank_world()


@pytest.fixture
def visitor(world: TankWorld) -> Visitor:
    return Visitor(world, DOORS, ROOT)


def stranger(world: TankWorld) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=WorldTransport(world, DOORS), base_url="http://s4.sandbox")


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !!!", "Basic Q09OQ09SRDpub3Bl", "Bearer x", "Digest y"]
)
async def test_a_stranger_is_sent_away_with_a_page(world: TankWorld, authorization: str) -> None:
    response = await stranger(world).get(f"{ROOT}/A_Tank", headers={"authorization": authorization})
    assert response.status_code == 401
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["www-authenticate"].startswith("Basic")


async def test_a_bearer_token_holds_for_an_hour(world: TankWorld) -> None:
    client = stranger(world)
    form = {"grant_type": "client_credentials"}
    asked = await client.post("/oauth/token", data=form, auth=("concord", "plant-in-a-box"))
    bearer = {"authorization": f"Bearer {asked.json()['access_token']}"}
    assert asked.json()["expires_in"] == 3600
    assert (await client.get(f"{ROOT}/A_Tank", headers=bearer)).status_code == 200
    world.clock.advance(3600)
    assert (await client.get(f"{ROOT}/A_Tank", headers=bearer)).status_code == 401


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grant_type": "client_credentials"}, 401),
        ({"grant_type": "client_credentials", "client_id": "concord", "client_secret": "no"}, 401),
        ({"grant_type": "password"}, 400),
        ({}, 400),
    ],
)
async def test_a_token_is_not_given_to_everybody(
    world: TankWorld, form: dict[str, str], status: int
) -> None:
    assert (await stranger(world).post("/oauth/token", data=form)).status_code == status


async def test_a_write_needs_the_token_of_its_session(visitor: Visitor, world: TankWorld) -> None:
    for token in ({"x_csrf_token": "stale"}, {"x_csrf_token": ""}):
        response = await visitor.send("POST", "A_Filling", FILLING, **token)
        assert (response.status_code, response.text) == (403, "CSRF token validation failed")
        assert response.headers["x-csrf-token"] == "Required"
    assert world.journal.entries == []
    assert (await visitor.send("POST", "A_Filling", FILLING)).status_code == 201


async def test_a_session_keeps_its_token_until_it_is_idle_for_long(
    visitor: Visitor, world: TankWorld
) -> None:
    first = await visitor.token()
    assert await visitor.token() == first
    world.clock.advance(1900)
    assert await visitor.token() != first


@pytest.mark.parametrize("left_out", ["SAP_SESSIONID_SBX_100", "sap-usercontext", "saplb_SBX"])
async def test_every_cookie_has_to_come_back(world: TankWorld, left_out: str) -> None:
    client = stranger(world)
    auth = ("CONCORD", "plant-in-a-box")
    fetched = await client.head(f"{ROOT}/", headers={"x-csrf-token": "Fetch"}, auth=auth)
    assert (fetched.status_code, fetched.content) == (200, b"")
    cookies = dict(fetched.cookies)
    assert left_out in cookies
    client.cookies.clear()
    for complete in (True, False):
        kept = {name: value for name, value in cookies.items() if complete or name != left_out}
        headers = {
            "x-csrf-token": fetched.headers["x-csrf-token"],
            "cookie": "; ".join(f"{name}={value}" for name, value in kept.items()),
        }
        sent = await client.post(f"{ROOT}/A_Filling", json=FILLING, headers=headers, auth=auth)
        assert sent.status_code == (201 if complete else 403)


async def test_a_token_is_no_use_to_another_user(world: TankWorld) -> None:
    world.access.users["OTHER"] = "secret"
    client = stranger(world)
    fetched = await client.get(
        f"{ROOT}/", headers={"x-csrf-token": "Fetch"}, auth=("CONCORD", "plant-in-a-box")
    )
    token = {"x-csrf-token": fetched.headers["x-csrf-token"]}
    sent = await client.post(
        f"{ROOT}/A_Filling", json=FILLING, headers=token, auth=("OTHER", "secret")
    )
    assert sent.status_code == 403

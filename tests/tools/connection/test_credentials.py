from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import httpx
import pytest

from tools.connection import Connection, Limits
from tools.credentials import ApiToken, Basic, Client, ClientCredentials
from tools.errors import Denied, Misread, NotSent, ToolError, Unavailable
from tools.patience import Rhythm

CLIENT = Client("https://auth.example/oauth/token", "concord", "s3cret", "dm.read")


async def no_sleep(_: float) -> None:
    """Wait for nothing."""


class Plant:
    """A token endpoint and the system that takes its tokens."""

    def __init__(self) -> None:
        self.fetched = 0
        self.good: set[str] = set()
        self.asked: list[httpx.Request] = []
        self.token_answer: httpx.Response | None = None
        self.life: object = 3600

    async def serve(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "auth.example":
            return await self.token(request)
        self.asked.append(request)
        known = request.headers.get("authorization", "").removeprefix("Bearer ") in self.good
        return httpx.Response(200 if known else 401)

    async def token(self, request: httpx.Request) -> httpx.Response:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.token_answer is not None:
            return self.token_answer
        assert parse_qs(request.content.decode()) == {
            "grant_type": ["client_credentials"],
            "scope": ["dm.read"],
        }
        self.good = {f"token-{self.fetched}"}
        body = {"access_token": f"token-{self.fetched}", "expires_in": self.life}
        return httpx.Response(200, json=body)

    def connect(self, clock: list[float] | None = None) -> Connection:
        transport = httpx.MockTransport(self.serve)
        now = clock or [0.0]
        return Connection(
            "DM",
            "https://dm.example",
            credentials=ClientCredentials("DM", CLIENT, transport=transport, clock=lambda: now[0]),
            transport=transport,
            limits=Limits(attempts=2, breaker_failures=100),
            rhythm=Rhythm(sleep=no_sleep),
        )


async def test_one_token_serves_all_who_ask_at_once() -> None:
    plant = Plant()
    connection = plant.connect()
    await asyncio.gather(*(connection.read("GET", "/orders") for _ in range(8)))
    await connection.write("POST", "/orders")
    assert plant.fetched == 1


async def test_a_token_is_replaced_before_it_expires() -> None:
    plant, clock = Plant(), [0.0]
    connection = plant.connect(clock)
    await connection.read("GET", "/orders")
    clock[0] = 3539.0
    await connection.read("GET", "/orders")
    assert plant.fetched == 1
    clock[0] = 3541.0
    await connection.read("GET", "/orders")
    assert plant.fetched == 2


@pytest.mark.parametrize("life", ["3600", 10, None, "soon", -5])
async def test_a_strange_lifetime_does_not_stop_the_work(life: object) -> None:
    plant = Plant()
    plant.life = life
    await plant.connect().read("GET", "/orders")
    assert plant.fetched >= 1


async def test_a_revoked_token_is_replaced_once_for_all_who_met_it() -> None:
    plant = Plant()
    connection = plant.connect()
    await connection.read("GET", "/orders")
    plant.good = set()
    await asyncio.gather(*(connection.read("GET", "/orders") for _ in range(4)))
    assert plant.fetched == 2


async def test_a_system_that_takes_no_token_denies_after_one_more() -> None:
    plant = Plant()
    connection = plant.connect()

    async def refuse(request: httpx.Request) -> httpx.Response:
        answer = await plant.serve(request)
        return answer if request.url.host == "auth.example" else httpx.Response(401)

    transport = httpx.MockTransport(refuse)
    connection = Connection(
        "DM",
        "https://dm.example",
        credentials=ClientCredentials("DM", CLIENT, transport=transport),
        transport=transport,
    )
    with pytest.raises(Denied):
        await connection.read("GET", "/orders")
    assert (plant.fetched, len(plant.asked)) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(503), Unavailable),
        (httpx.Response(401, json={"error": "invalid_client"}), Denied),
        (httpx.Response(302, headers={"location": "/login"}), Misread),
        (httpx.Response(200, content=b"<html>"), Misread),
        (httpx.Response(200, json={"access_token": ""}), Misread),
    ],
)
async def test_a_token_endpoint_that_fails_is_told_from_the_system(
    answer: httpx.Response, kind: type[ToolError]
) -> None:
    plant = Plant()
    plant.token_answer = answer
    with pytest.raises(kind, match="token") as caught:
        await plant.connect().read("GET", "/orders")
    assert "s3cret" not in str(caught.value)
    assert plant.asked == []


async def test_a_write_for_which_no_token_is_to_be_had_was_not_sent() -> None:
    plant = Plant()
    plant.token_answer = httpx.Response(503)
    with pytest.raises(NotSent):
        await plant.connect().write("POST", "/orders")
    assert plant.asked == []


async def test_simple_credentials_travel_in_their_header() -> None:
    asked: list[httpx.Request] = []

    async def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    for credentials in (Basic("PLANNER", "s3cret"), ApiToken("s3cret", "X-Ignition-API-Token")):
        connection = Connection(
            "S4",
            "https://s4.example",
            credentials=credentials,
            transport=httpx.MockTransport(serve),
        )
        await connection.read("GET", "/")
    assert asked[0].headers["authorization"] == "Basic UExBTk5FUjpzM2NyZXQ="
    assert asked[1].headers["x-ignition-api-token"] == "s3cret"


def test_no_secret_shows_when_credentials_are_printed() -> None:
    for each in (
        Basic("PLANNER", "s3cret"),
        ApiToken("s3cret"),
        CLIENT,
        ClientCredentials("DM", CLIENT),
    ):
        assert "s3cret" not in repr(each)

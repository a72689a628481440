"""Every request: an id, an end to its body, a host that is meant, and problems told alike."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from agent.service.edge import Edge
from agent.service.violations import Violations
from tools.sandbox.clock import OPENING


def app() -> FastAPI:
    small = FastAPI(openapi_url=None)

    @small.post("/echo")
    async def echo(request: Request) -> int:
        return len(await request.body())

    @small.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret")

    hosts = frozenset({"localhost"})
    small.add_middleware(
        Edge,
        hosts=hosts,
        largest=1000,
        patience=0.2,
        https=True,
        violations=Violations(lambda: OPENING),
    )
    return small


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def test_an_id_comes_back_and_a_strange_one_is_replaced(client: httpx.AsyncClient) -> None:
    given = await client.post("/echo", headers={"X-Correlation-ID": "line-3.7"})
    assert given.headers["x-correlation-id"] == "line-3.7"
    strange = await client.post("/echo", headers={"X-Correlation-ID": "a b; <script>"})
    assert len(strange.headers["x-correlation-id"]) == 32
    trace = "0af7651916cd43dd8448eb211c80319c"
    traced = await client.post("/echo", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert traced.headers["x-correlation-id"] == trace


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "localhost/x", ""])
async def test_another_host_name_is_not_answered_to(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.post("/echo", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_a_port_and_a_capital_in_the_host_are_no_matter(client: httpx.AsyncClient) -> None:
    assert (await client.post("/echo", headers={"Host": "LocalHost:8080"})).status_code == 200


async def test_a_body_too_large_is_refused_announced_or_not(client: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    announced = await client.post("/echo", content=b"x" * 1001)
    streamed = await client.post("/echo", content=parts())
    assert (announced.status_code, streamed.status_code) == (413, 413)
    assert (await client.post("/echo", content=b"x" * 1000)).json() == 1000


async def test_a_body_too_slow_is_refused(client: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(1)
        yield b"y"

    assert (await client.post("/echo", content=parts())).status_code == 408


async def test_what_breaks_here_tells_nothing_but_its_id(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken", headers={"X-Correlation-ID": "c-1"})
    assert answer.status_code == 500
    assert answer.json()["correlation_id"] == "c-1"
    assert "secret" not in answer.text


async def test_browsers_are_told_to_trust_nothing_else(client: httpx.AsyncClient) -> None:
    headers = (await client.post("/echo")).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["cache-control"] == "no-store"

"""Signals over HTTP: acknowledged once kept; refused with the field, and kept all the same."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agent.bootstrap import Machinery
from agent.records.gates import Collected
from agent.service.application import application
from tests.agent.dispatch.deficits import (
    concord,
    new_world,
    plant_files,
    settings_of,
    wires_of,
)

BEARER = {"Authorization": "Bearer let-me-in"}


@pytest.fixture
async def machinery(tmp_path: Path) -> AsyncIterator[Machinery]:
    world = new_world()
    plants = plant_files(tmp_path / "plants", alone=False)
    settings = settings_of(tmp_path / "home", plants)
    async with concord(settings, wires_of(world)) as machinery:
        yield machinery


@pytest.fixture
async def client(machinery: Machinery) -> AsyncIterator[httpx.AsyncClient]:
    app = httpx.ASGITransport(application(machinery, Collected()))
    async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
        yield client


def event(machinery: Machinery, **data: object) -> bytes:
    whole = {
        "specversion": "1.0",
        "id": "s1",
        "source": "/dm/1010",
        "type": "concord.stock.deficit.v1",
        "time": machinery.context.clock().isoformat(),
        "data": {"plant": "1010", "order": "1000001", "material": "RM-SEAT-S", **data},
    }
    return json.dumps(whole).encode()


async def test_a_signal_is_acknowledged_with_its_case(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    first = await client.post("/v1/signals", content=event(machinery), headers=BEARER)
    again = await client.post("/v1/signals", content=event(machinery), headers=BEARER)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == {"case": first.json()["case"], "how": "duplicate"}
    assert await machinery.records.case(first.json()["case"]) is not None


async def test_a_wrong_field_is_named_and_the_signal_kept(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    wrong = event(machinery, plant="9999")
    answer = await client.post("/v1/signals", content=wrong, headers=BEARER)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == "data.plant"
    [letter] = await machinery.records.dead_letters()
    assert letter.id == answer.json()["dead_letter"]


@pytest.mark.parametrize("body", [b"", b"no json", b"x" * 2_000_000])
async def test_what_is_no_json_is_refused_and_kept(
    client: httpx.AsyncClient, machinery: Machinery, body: bytes
) -> None:
    answer = await client.post("/v1/signals", content=body, headers=BEARER)
    assert (answer.status_code, answer.json()["field"]) == (400, "body")
    assert len(await machinery.records.dead_letters()) == 1


async def test_what_is_beyond_reason_is_not_even_kept(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    answer = await client.post("/v1/signals", content=b"x" * 5_000_000, headers=BEARER)
    assert answer.status_code == 413
    assert await machinery.records.dead_letters() == []


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic let-me-in"}]
)
async def test_a_stranger_is_refused_and_nothing_kept(
    client: httpx.AsyncClient, machinery: Machinery, headers: dict[str, str]
) -> None:
    answer = await client.post("/v1/signals", content=b"no json", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert await machinery.records.dead_letters() == []


async def test_it_says_whether_it_lives_and_can_take_signals(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).json() == {"status": "alive"}
    assert (await client.get("/readyz")).json()["status"] == "ready"


async def test_what_is_not_there_is_a_problem_as_well(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"

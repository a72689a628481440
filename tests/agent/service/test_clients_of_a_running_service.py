"""The official clients of OpenAI and MCP against a running service, with a model and without."""

import asyncio
import json
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any, cast

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent
from openai import APIError, AsyncOpenAI, AuthenticationError, NotFoundError
from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import col

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.records.tables import AuditRow
from agent.service.completions import MODEL, TASKS
from agent.service.web import web
from tests.agent.chat.test_a_servers_model import completion
from tests.agent.dispatch.deficits import concord, plant_files, settings_of, wires_of
from tests.agent.models.provider import Provider, Said, served
from tests.agent.service.conftest import key
from tools.sandbox.world import World

PLACE = ("127.0.0.1", 0)
FIRST_BYTE = 0.150


@pytest.fixture
async def url(machinery: Machinery) -> AsyncIterator[str]:
    async with web(machinery, PLACE) as address:
        yield address


@pytest.fixture(scope="module")
def provider() -> Generator[Provider]:
    with served() as serving:
        yield serving


@pytest.fixture
async def talking(tmp_path: Path, world: World, provider: Provider) -> AsyncIterator[Machinery]:
    """Concord with a model to talk to."""
    plants = plant_files(tmp_path / "plants", alone=False)
    model = {
        "model": "openai:tiny-1",
        "model_url": f"{provider.url}/v1",
        "model_key": SecretStr("key"),
    }
    settings = settings_of(tmp_path / "home", plants).model_copy(update=model)
    async with concord(settings, wires_of(world)) as machinery:
        yield machinery
        await machinery.judges.close()


def official(url: str, machinery: Machinery, name: str = "line") -> AsyncOpenAI:
    token = key(machinery, Deed.CHAT, name=name)["Authorization"].removeprefix("Bearer ")
    return AsyncOpenAI(api_key=token, base_url=f"{url}/v1", max_retries=0)


async def asked(client: AsyncOpenAI, question: str, model: str = MODEL) -> str:
    answer = await client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": question}]
    )
    return answer.choices[0].message.content or ""


def turns(machinery: Machinery) -> list[dict[str, Any]]:
    with machinery.database.read() as session:
        rows = session.scalars(select(AuditRow).where(col(AuditRow.what) == "chat turn"))
        return [row.details for row in rows]


async def test_the_official_client_is_answered(url: str, machinery: Machinery) -> None:
    async with official(url, machinery) as client:
        assert [one.id async for one in client.models.list()] == [MODEL, TASKS]
        answer = await client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "What is waiting?"}],
            temperature=0.2,
            presence_penalty=1,
            user="anna",
            tools=[{"type": "function", "function": {"name": "approve"}}],
        )
        with pytest.raises(NotFoundError) as unknown:
            await asked(client, "hello", "gpt-5")
    (choice,) = answer.choices
    assert choice.message.content == "Cases that wait for a decision: 0"
    assert (choice.finish_reason, answer.model, answer.object) == ("stop", MODEL, "chat.completion")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert unknown.value.code == "model_not_found"
    with pytest.raises(AuthenticationError):
        async with AsyncOpenAI(api_key="no", base_url=f"{url}/v1", max_retries=0) as stranger:
            await asked(stranger, "hello")


async def test_the_official_client_streams(url: str, machinery: Machinery) -> None:
    async with official(url, machinery) as client:
        stream = await client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "Was wartet?"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
    assert chunks[0].choices[0].delta.role == "assistant"
    said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert said == "Fälle, die auf eine Entscheidung warten: 0"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


async def test_the_first_byte_comes_at_once(url: str, machinery: Machinery) -> None:
    """Without a model; the best of some, as the machine may be busy with something else."""
    loop, took = asyncio.get_running_loop(), list[float]()
    headers = key(machinery, Deed.CHAT)
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        for _ in range(5):
            began = loop.time()
            async with client.stream("POST", "/v1/chat/completions", json=question()) as answer:
                async for _ in answer.aiter_bytes():
                    took.append(loop.time() - began)
                    break
    assert min(took) <= FIRST_BYTE


def question(text: str = "What is waiting?") -> dict[str, Any]:
    said = [{"role": "user", "content": text}]
    return {"model": MODEL, "stream": True, "messages": said}


async def test_a_configured_model_answers_and_says_what_it_took(
    talking: Machinery, provider: Provider
) -> None:
    provider.says(completion("Nothing is waiting."))
    async with web(talking, PLACE) as url, official(url, talking) as client:
        answer = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "What is waiting?"}]
        )
        asked_of_it = len(provider.asked)
        title = await asked(client, "### Task:\nGenerate a concise title\nUSER: Hello there")
        assert await asked(client, "Hello", TASKS) == "Concord"
    assert answer.choices[0].message.content == "Nothing is waiting."
    assert answer.usage is not None
    assert answer.usage.total_tokens == 740
    assert json.loads(title) == {"title": "Hello there"}
    assert len(provider.asked) == asked_of_it == 1


async def test_a_client_that_goes_away_stops_the_work(
    talking: Machinery, provider: Provider
) -> None:
    for stream in (True, False):
        provider.says(Said("Too late.", delay=8))
        headers = key(talking, Deed.CHAT, name=f"goes-{stream}")
        async with (
            web(talking, PLACE) as url,
            httpx.AsyncClient(base_url=url, headers=headers) as client,
        ):
            asking = asyncio.create_task(_read(client, question() | {"stream": stream}))
            await _until_asked(provider)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            async with asyncio.timeout(5):
                while len(turns(talking)) < (1 if stream else 2):
                    await asyncio.sleep(0.05)
    assert [entry["ended"] for entry in turns(talking)] == ["left", "left"]


async def _until_asked(provider: Provider) -> None:
    async with asyncio.timeout(10):
        while not provider.asked:
            await asyncio.sleep(0.02)


async def _read(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    async with client.stream("POST", "/v1/chat/completions", json=sent) as answer:
        async for _ in answer.aiter_bytes():
            pass


async def test_a_restart_in_the_middle_is_noticed_and_the_next_try_is_answered(
    talking: Machinery, provider: Provider
) -> None:
    provider.says(Said("Too late.", delay=20))
    async with web(talking, PLACE) as url:
        client = official(url, talking, "first")
        stream = cast("Any", await client.chat.completions.create(**question()))
        first: Any = await anext(stream)
        assert first.choices[0].delta.role == "assistant"
        reading = asyncio.create_task(_rest(stream))
        await _until_asked(provider)
    with pytest.raises((APIError, httpx.HTTPError, httpx2.HTTPError)):
        await reading
    await client.close()
    provider.says(completion("Here I am."))
    async with web(talking, PLACE) as url, official(url, talking, "second") as client:
        assert await asked(client, "What is waiting?") == "Here I am."
    assert [entry["ended"] for entry in turns(talking)] == ["left", "answered"]


async def _rest(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


READ_ONLY = {
    "order",
    "bom",
    "stock",
    "movements",
    "confirmations",
    "case",
    "why",
    "precedents",
    "waiting",
    "triage",
    "lineage",
}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_mcp_client_looks_and_proposes_and_cannot_approve(
    url: str, machinery: Machinery, mode: Any
) -> None:
    scopes = (Deed.USE_TOOLS, Deed.PROPOSE, Deed.READ_AUDIT)
    headers = key(machinery, *scopes)
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
    ):
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        triage = await client.call_tool("triage", {"text": "RFC error M7 021 deficit of stock"})
        waiting = await client.call_tool("waiting", {})
        stock = await client.call_tool("stock", {"material": "RM-SEAT-S"})
        approve = await client.call_tool("approve", {"case": "c-1"})
        proposed = await client.call_tool("propose", {"text": "Look at it", "order": "1000002"})
    assert set(listed) == READ_ONLY | {"propose"}
    hints = {name: one.annotations for name, one in listed.items()}
    read_only = {name for name, one in hints.items() if one is not None and one.read_only_hint}
    assert read_only == READ_ONLY
    assert "M7/021" in said(triage)
    assert "waiting" in said(waiting)
    assert "RM-SEAT-S" in said(stock)
    assert (approve.is_error, "no such tool" in said(approve)) == (True, True)
    assert f"{url}/cases/c-" in said(proposed)
    assert {entry["by"] for entry in turns(machinery)} == {"mcp"}


async def test_tools_are_those_of_the_scopes(url: str, machinery: Machinery) -> None:
    async with (
        httpx2.AsyncClient(headers=key(machinery, Deed.USE_TOOLS)) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        listed = {tool.name for tool in (await client.list_tools()).tools}
        proposed = await client.call_tool("propose", {"text": "Look at it", "order": "1000002"})
    assert listed == READ_ONLY - {"lineage"}
    assert proposed.is_error


def said(result: Any) -> str:
    return "\n".join(one.text for one in result.content if isinstance(one, TextContent))

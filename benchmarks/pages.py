"""Pages over many cases: what inbox, case and overview take of a processor, signed in.

Beside it the first word of a chat answer without a model, over the same records, on the clock.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.clock import now
from agent.records import keys, sessions
from agent.records.gates import Collected
from agent.records.sessions import Holder
from agent.service.application import application
from agent.service.warming import warm
from benchmarks._figure import Figure, Size, at
from benchmarks._many_cases import CASES, ROLES, filled

ASKED = 20
PAUSE = 0.12
"""Between two pages, so that nobody is throttled."""
PAGES = ("/inbox", "/inbox?order=value", "/inbox?view=all&plant=1010", "/cases/c-7", "/overview")
CHAT = "/v1/chat/completions"
QUESTION = "what is waiting?"
JSON = "application/json"
EMPTY = b'"content": ""'


@dataclass(frozen=True)
class Took:
    """Milliseconds of one answer: of the processor, and on the clock."""

    processor: float
    clock: float


def figures(_: Size) -> list[Figure]:
    """Fill the records and ask for each page, then for an answer."""
    with tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(_measured(Path(folder)))
    return [_row(page, took) for page, took in times.items()]


def _row(page: str, took: list[Took]) -> Figure:
    clock, processor = [one.clock for one in took], [one.processor for one in took]
    return Figure(
        f"{page}, of {CASES:,} cases: ms p50 / p95",
        f"{at(clock, 50):.0f} / {at(clock, 95):.0f}",
        f"processor {at(processor, 50):.0f} ms",
    )


async def _measured(home: Path) -> dict[str, list[Took]]:
    async with filled(home) as concord:
        app = application(concord, Collected())
        warm(app)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
            browser.cookies.set("concord_session", _session(concord))
            pages = {page: [await _page(browser, page) for _ in range(ASKED)] for page in PAGES}
        key = _key(concord)
        words = [await _first_word(app, key) for _ in range(ASKED)]
        return {**pages, f"chat: {QUESTION}": words}


async def _page(browser: httpx.AsyncClient, page: str) -> Took:
    began = time.process_time(), time.perf_counter()
    answer = await browser.get(page)
    took = Took((time.process_time() - began[0]) * 1000, (time.perf_counter() - began[1]) * 1000)
    answer.raise_for_status()
    await asyncio.sleep(PAUSE)
    return took


async def _first_word(app: FastAPI, key: str) -> Took:
    """Ask as a chat client does, and stop the time at the first word of the answer."""
    asked = {
        "model": "concord",
        "stream": True,
        "messages": [{"role": "user", "content": QUESTION}],
    }
    body = json.dumps(asked).encode()
    headers = {"host": "localhost", "authorization": f"Bearer {key}", "content-type": JSON}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": CHAT,
        "raw_path": CHAT.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    asked = {"type": "http.request", "body": body, "more_body": False}
    sent, heard = list[MutableMapping[str, Any]]([asked]), list[Took]()
    began = time.process_time(), time.perf_counter()

    async def receive() -> MutableMapping[str, Any]:
        if not sent:
            await asyncio.Event().wait()
        return sent.pop()

    async def send(message: MutableMapping[str, Any]) -> None:
        if not heard and b'"content": "' in message.get("body", b"").replace(EMPTY, b""):
            processor = time.process_time() - began[0]
            heard.append(Took(processor * 1000, (time.perf_counter() - began[1]) * 1000))

    await app(scope, receive, send)
    await asyncio.sleep(PAUSE)
    return heard[0]


def _session(concord: Machinery) -> str:
    holder = Holder("anna", frozenset(ROLES), None, "en", local=False)
    with concord.database.write() as session:
        return sessions.begin(session, holder, "benchmark", now()).token


def _key(concord: Machinery) -> str:
    purpose = keys.Purpose("benchmark", [Deed.CHAT.value])
    with concord.database.write() as session:
        return keys.add(session, purpose, "benchmark", now())[1]

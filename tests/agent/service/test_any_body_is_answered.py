"""Whatever body a form, a tool call or a question has: an answer, and never an error of our own."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import example, given
from hypothesis import strategies as st

from agent.case.ruling import Role
from agent.records.gates import Collected
from agent.service.application import application
from agent.service.walking import routers
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tests.agent.service.conftest import session_of
from tests.damage import JSON, damaged, misshapen, tries

EVERYBODY = (Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER, Role.INTEGRATOR)
ENDING = {"/sign-out"}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "cases", "arguments": {"plant": "1010"}},
}
QUESTION = {
    "model": "concord",
    "messages": [{"role": "user", "content": [{"type": "text", "text": "What waits?"}]}],
    "stream": False,
}
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=B1"
FIELDS = b"csrf=x&answer=approve&remedy=a&reason=b&name=anna&next=/&until=1&role=planner&person=b"
MANY = b'--B1\r\nContent-Disposition: form-data; name="remedy"; filename="x"\r\n\r\na\r\n--B1--\r\n'


@dataclass(frozen=True)
class Visit:
    """Somebody who may do everything, at a service."""

    running: asyncio.Runner
    client: httpx.AsyncClient
    pages: list[str]

    def sent(self, path: str, kind: str, body: bytes) -> int:
        headers = {"Content-Type": kind, "Accept": "application/json, text/event-stream"}
        answer = self.running.run(self.client.post(path, content=body, headers=headers))
        return answer.status_code


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    folder = tmp_path_factory.mktemp("bodies")
    with asyncio.Runner() as running:
        stack = AsyncExitStack()
        yield running.run(_visit(running, stack, folder))
        running.run(stack.aclose())


async def _visit(running: asyncio.Runner, stack: AsyncExitStack, folder: Any) -> Visit:
    world = new_world()
    own = settings_of(folder / "home", plant_files(folder / "plants", alone=False))
    own = own.model_copy(update={"requests_per_minute": 1_000_000})
    machinery = await stack.enter_async_context(concord(own, wires_of(world)))
    app = application(machinery, Collected())
    opened = session_of(machinery, "anna", *EVERYBODY)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
    await stack.enter_async_context(client)
    client.cookies.set("concord_session", opened.token)
    client.headers["X-CSRF-Token"] = opened.csrf
    posted = [one for router in routers() for one in router.routes if isinstance(one, APIRoute)]
    pages = {
        one.path for one in posted if not one.include_in_schema and "POST" in (one.methods or ())
    }
    return Visit(running, client, sorted(pages - ENDING))


def test_any_form(visit: Visit) -> None:
    assert len(visit.pages) >= 8
    forms = damaged(FIELDS, [b"%", b"%ff", b"=", b"&", b"\x00"])
    bodies = st.one_of(st.tuples(st.just(FORM), forms), st.tuples(st.just(PARTS), damaged(MANY)))

    @tries(40)
    @given(st.sampled_from(visit.pages), bodies, st.sampled_from(["x", "c-1", "%00", "..", "é"]))
    @example("/sign-in", (FORM, b"name=%00&password=%ff"), "x")
    @example("/sign-in", (PARTS, MANY), "x")
    @example("/sign-in", ("multipart/form-data", MANY), "x")
    def any_form(path: str, body: tuple[str, bytes], name: str) -> None:
        here = "/".join(name if part.startswith("{") else part for part in path.split("/"))
        assert visit.sent(here, *body) < 500

    any_form()


def test_any_tool_call(visit: Visit) -> None:
    @tries(30)
    @given(st.one_of(misshapen(CALL), JSON).map(json.dumps))
    @example("[]")
    @example("[" * 5_000)
    @example(json.dumps({**CALL, "params": {"name": "cases", "arguments": {"plant": "\ud800"}}}))
    def any_call(body: str) -> None:
        assert visit.sent("/mcp", "application/json", body.encode()) < 500

    any_call()


def test_any_question(visit: Visit) -> None:
    @tries(30)
    @given(st.one_of(misshapen(QUESTION), JSON).map(json.dumps))
    @example("[" * 5_000)
    @example(json.dumps({**QUESTION, "messages": [{"role": "user", "content": "\ud800\x00"}]}))
    def any_question(body: str) -> None:
        assert visit.sent("/v1/chat/completions", "application/json", body.encode()) < 500

    any_question()

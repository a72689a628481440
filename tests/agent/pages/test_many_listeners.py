"""Live lists: a thousand listeners come and leave, one of them slow, and nothing is left."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, get_args

from fastapi import FastAPI
from sqlalchemy import Connection, event

from agent.bootstrap import Machinery
from agent.records.gates import Collected
from agent.service.application import application
from agent.service.pages.live import Pulse
from agent.service.pages.reader import Reading
from tests.agent.pages.conftest import Floor

MANY = 1_000
AT_MOST_SECONDS = 120.0
"""On a machine with much other work; alone it takes three."""


@dataclass
class Listener:
    """A browser with a list open: it hears events until it leaves. A slow one takes none in."""

    app: FastAPI
    slow: bool = False
    heard: list[bytes] = field(default_factory=list[bytes])
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        asked = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            if asked:
                return asked.pop()
            await self.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message.get("body"):
                self.heard.append(message["body"])
                self.stirred.set()
                if self.slow:
                    await self.gone.wait()

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/live",
            "raw_path": b"/live",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        await self.app(scope, receive, send)

    def has_heard(self, word: bytes) -> bool:
        return any(word in one for one in self.heard)


def open_to_all(machinery: Machinery) -> FastAPI:
    """Return the application without its door: who may listen is looked at elsewhere."""
    app = application(machinery, Collected())
    door = get_args(Reading)[1].dependency
    app.dependency_overrides[door] = lambda: None
    return app


async def test_a_thousand_listeners_hear_and_leave_and_nothing_is_left_of_them(
    floor: Floor,
) -> None:
    app, before = open_to_all(floor.machinery), asyncio.all_tasks()
    listeners = [Listener(app, slow=number == 0) for number in range(MANY)]
    async with asyncio.timeout(AT_MOST_SECONDS):
        listening = [asyncio.create_task(one.listen()) for one in listeners]
        await asyncio.gather(*(one.stirred.wait() for one in listeners))
        pulse: Pulse = app.state.pulse
        assert pulse.listeners == MANY
        await floor.machinery.records.note(floor.case, "note", {}, "ben")
        while not all(one.has_heard(b"moved") for one in listeners[1:]):
            await asyncio.sleep(0.05)
        for one in listeners:
            one.gone.set()
        await asyncio.gather(*listening)
        while asyncio.all_tasks() != before:
            await asyncio.sleep(0.05)
    assert pulse.listeners == 0
    assert not listeners[0].has_heard(b"moved")


async def test_listeners_hear_again_after_the_records_were_away(floor: Floor) -> None:
    async def beyond(end: int) -> int:
        async with asyncio.timeout(AT_MOST_SECONDS):
            while (now := await pulse.beyond(end, 1.0)) in {-1, end}:
                pass
        return now

    def away(connection: Connection) -> None:
        failed.append(connection)
        raise OSError("the records are away")

    pulse, failed = Pulse(floor.machinery), list[Connection]()
    engine = floor.machinery.database.engine
    async with pulse.listening():
        end = await beyond(-1)
        event.listen(engine, "begin", away)
        async with asyncio.timeout(AT_MOST_SECONDS):
            while not failed:
                await asyncio.sleep(0.05)
        event.remove(engine, "begin", away)
        await floor.machinery.records.note(floor.case, "note", {}, "ben")
        assert await beyond(end) > end

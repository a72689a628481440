"""A core at the end of a line that breaks, and an edge at this end of it."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from agent.edge.application import Station, application
from agent.edge.forwarding import Pace
from agent.edge.station import station
from agent.settings import Settings

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
TOKEN = {"Authorization": "Bearer plant-key"}


@dataclass
class Line(httpx.AsyncBaseTransport):
    """The line to the core.

    ``down``: nothing gets through. ``loses``: so many answers are lost, after the core has done
    what it was asked. ``waits``: how often the core says of a signal that it comes too early.
    """

    core: httpx.AsyncBaseTransport | None = None
    down: bool = False
    loses: int = 0
    waits: dict[str, int] = field(default_factory=dict[str, int])
    refuses: set[str] = field(default_factory=set[str])
    taken: list[str] = field(default_factory=list[str])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("no route to the core", request=request)
        events = json.loads(request.content)
        if self.core is None:
            answer = self._answer(events)
        else:
            answer = await self.core.handle_async_request(request)
            self.taken += [event["id"] for event in events]
        if self.loses:
            self.loses -= 1
            raise httpx.ReadError("the line broke", request=request)
        return answer

    def _answer(self, events: Sequence[dict[str, Any]]) -> httpx.Response:
        results = [{"status": self._status(event["id"]), "detail": "as told"} for event in events]
        return httpx.Response(207, json={"results": results})

    def _status(self, name: str) -> int:
        if self.waits.get(name, 0) > 0:
            self.waits[name] -= 1
            return 503
        if name in self.refuses:
            return 422
        again = name in self.taken
        self.taken.append(name)
        return 200 if again else 202


@dataclass
class Edge:
    """An edge, and a client of the plant that sends to it."""

    station: Station
    client: httpx.AsyncClient

    async def send(self, *events: dict[str, Any]) -> httpx.Response:
        body = json.dumps(events[0] if len(events) == 1 else list(events))
        batch = "-batch" if len(events) > 1 else ""
        headers = {**TOKEN, "Content-Type": f"application/cloudevents{batch}+json"}
        return await self.client.post("/v1/signals", content=body, headers=headers)

    async def forward(self, rounds: int = 50) -> None:
        """Forward until nothing is left to do, or nothing can be done."""
        for _ in range(rounds):
            if await self.station.forwarder.round() is None or self.station.forwarder.tally.away:
                return

    @property
    def waiting(self) -> int:
        return self.station.buffer.figures().waiting


def settings(home: Path, **more: Any) -> Settings:
    return Settings(
        home=home,
        plants=home / "none",
        edge_core="http://localhost",
        edge_key=SecretStr("let-me-in"),
        ingress_token=SecretStr("plant-key"),
        **more,
    )


@asynccontextmanager
async def edge(
    home: Path, line: Line, clock: Callable[[], datetime] = lambda: NOW, **more: Any
) -> AsyncGenerator[Edge]:
    """Run an edge that forwards only when it is told to, at once."""
    async with station(settings(home, **more), clock, line, Pace(0.0, 0.0)) as made:
        app = httpx.ASGITransport(application(made))
        async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
            yield Edge(made, client)


def event(name: str, order: str = "1000001", **data: Any) -> dict[str, Any]:
    """A signal about an order."""
    about = {"plant": "1010", "order": order, "material": "RM-SEAT-S", **data}
    return {
        "specversion": "1.0",
        "id": name,
        "source": "/dm/1010",
        "type": "concord.stock.deficit.v1",
        "time": NOW.isoformat(),
        "data": about,
    }

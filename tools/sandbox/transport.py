"""A plant without sockets: an httpx transport that hands requests to servers in this process.

What a socket would do is raised at once: a lost answer is ``ReadTimeout``, a reset ``ReadError``,
an unknown host or an unreachable server ``ConnectError``. Latency moves a standing clock instead of
waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import assert_never

import httpx

from tools.sandbox.door import Doors, Lost
from tools.sandbox.exchange import Request, Response
from tools.sandbox.servers import Server
from tools.sandbox.world import World

HOSTS: Mapping[str, Server] = {f"{server}.sandbox": server for server in Server}


class WorldTransport(httpx.AsyncBaseTransport):
    """Answers from one world.

    Args:
        world: The world; exchange it by setting ``world``.
        doors: The servers.
        hosts: Which host stands for which server; by default ``s4.sandbox``, ``dm.sandbox`` …
    """

    def __init__(
        self, world: World, doors: Doors, hosts: Mapping[str, Server] | None = None
    ) -> None:
        self.world = world
        self._doors = doors
        self._hosts = HOSTS if hosts is None else hosts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        server = self._hosts.get(request.url.host)
        if server is None:
            raise httpx.ConnectError(f"no server of the sandbox is {request.url.host}")
        asked = _asked(self.world, request, await request.aread())
        await asyncio.sleep(0)
        known = len(self.world.journal.entries)
        try:
            said = self._doors.answer(server, asked)
        except Lost as lost:
            raise self._seen(lost, request) from lost
        self._wait(said, request, known)
        return httpx.Response(said.status, headers=said.headers, content=said.body)

    def _wait(self, said: Response, request: httpx.Request, known: int) -> None:
        """Keep an answer back; whoever is not patient enough never gets it."""
        patience = _patience(request)
        if not said.delay:
            return
        if patience is not None and said.delay > patience:
            journal = self.world.journal
            journal.lose(journal.entries[known:])
            raise self._seen(Lost("timeout"), request)
        self._pass(said.delay)

    def _pass(self, seconds: float) -> None:
        if not self.world.clock.running:
            self.world.clock.advance(seconds)

    def _seen(self, lost: Lost, request: httpx.Request) -> httpx.TransportError:
        match lost.how:
            case "timeout":
                self._pass(_patience(request) or 0)
                return httpx.ReadTimeout("the answer never came", request=request)
            case "reset":
                return httpx.ReadError("the connection was reset", request=request)
            case "unreachable":
                return httpx.ConnectError("the server is not reachable", request=request)
        assert_never(lost.how)


def _patience(request: httpx.Request) -> float | None:
    return request.extensions.get("timeout", {}).get("read")


def _asked(world: World, request: httpx.Request, body: bytes) -> Request:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    return Request(
        world=world,
        method=request.method.upper(),
        path=path,
        query=query,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        scheme=request.url.scheme,
    )

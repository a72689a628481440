"""The servers as ASGI applications, built once; each request brings its world.

``bound(app(doors, Server.S4), world)`` is an application of one world. Where the answer is lost,
the application waits for the client to give up and hangs up if it can reach the connection
(``sandbox.hangup`` in the scope); otherwise the loss is raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType

from starlette.types import ASGIApp, Receive, Scope, Send

from tools.sandbox.door import Door, Doors, Lost, Settle, plain_refusal
from tools.sandbox.exchange import Handle, Request, Response
from tools.sandbox.odata.answers import error_response
from tools.sandbox.odata.errors import SapError
from tools.sandbox.odata.gateway import Gateway
from tools.sandbox.servers import Server
from tools.sandbox.world import World

WORLD = "sandbox.world"
HANGUP = "sandbox.hangup"
LARGEST_BODY = 16 * 1024 * 1024
_BODYLESS = frozenset({204, 304})


def sap_refusal(status: int, code: str, text: str) -> Response:
    """Refuse in SAP's error tree."""
    return error_response(SapError(status, code, text), "en", "0" * 32)


def plant_doors() -> Doors:
    """Return the doors of all servers."""
    from tools.sandbox.cmms import server as cmms
    from tools.sandbox.dm import server as dm
    from tools.sandbox.ignition import server as ignition
    from tools.sandbox.s4 import services as s4

    return Doors(
        {
            Server.S4: Door(
                Gateway(s4.SERVICES), sap_refusal, getattr(s4, "settle", None), ("s4",)
            ),
            Server.DM: _door(dm, "dm"),
            Server.IGNITION: _door(ignition, "ignition"),
            Server.CMMS: _door(cmms, "cmms"),
        }
    )


def _door(module: ModuleType, state: str) -> Door:
    """Return the door of a server's module: its ``serve``, and ``refuse`` and ``settle`` if any."""
    settle: Settle | None = getattr(module, "settle", None)
    return Door(module.serve, getattr(module, "refuse", plain_refusal), settle, (state,))


def bound(app: ASGIApp, world: World | Callable[[], World]) -> ASGIApp:
    """Return an application whose requests all go to one world, or to the present one."""

    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        here = world if isinstance(world, World) else world()
        await app({**scope, WORLD: here}, receive, send)

    return within


def app(doors: Doors, server: Server, hold: float = 60.0) -> ASGIApp:
    """Return one server as an application.

    Args:
        doors: The servers.
        server: The one that is meant.
        hold: How many seconds an answer that never comes is waited for before hanging up.
    """
    return answering(lambda request: doors.answer(server, request), hold)


def answering(handle: Handle, hold: float = 0.0) -> ASGIApp:
    """Return an application that answers with what a plain function says."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            await _send(send, Response(413))
            return
        try:
            said = handle(_request(scope, body))
        except Lost as lost:
            await _lose(lost, scope, receive, hold)
            return
        if said.delay:
            await asyncio.sleep(said.delay)
        await _send(send, said)

    return answer


async def _body(receive: Receive) -> bytes | None:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST_BODY:
            return None
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _request(scope: Scope, body: bytes) -> Request:
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    return Request(
        world=scope[WORLD],
        method=scope["method"].upper(),
        path=raw.decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers={n.decode("latin-1").lower(): v.decode("latin-1") for n, v in scope["headers"]},
        body=body,
        scheme=scope.get("scheme", "http"),
    )


async def _send(send: Send, said: Response) -> None:
    headers = [(n.encode("latin-1"), v.encode("latin-1", "replace")) for n, v in said.headers]
    if said.status not in _BODYLESS:
        headers.append((b"content-length", str(len(said.body)).encode()))
    await send({"type": "http.response.start", "status": said.status, "headers": headers})
    await send({"type": "http.response.body", "body": said.body})


async def _lose(lost: Lost, scope: Scope, receive: Receive, hold: float) -> None:
    hangup: Callable[[], None] | None = scope.get(HANGUP)
    if hangup is None:
        raise lost
    if lost.how == "timeout":
        try:
            await asyncio.wait_for(_gone(receive), hold)
        except TimeoutError:
            hangup()
    else:
        hangup()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

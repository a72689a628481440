"""A plant on loopback: every server on a port of its own, in one process and one event loop.

async with served(world) as plant:
    plant.urls[Server.S4]          # http://127.0.0.1:40123
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import asdict, dataclass, field

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from tools.sandbox.app import HANGUP, answering, app, bound, plant_doors
from tools.sandbox.control import Scenario, Stage
from tools.sandbox.door import Doors
from tools.sandbox.servers import Server
from tools.sandbox.world import World

LOOPBACK = "127.0.0.1"
#: How often what falls due is looked for, in seconds.
TICK = 0.1
CONTROL = "control"


@dataclass(frozen=True)
class Credentials:
    """What logs on to the servers of a plant."""

    user: str
    password: str
    client_id: str
    client_secret: str
    api_key: str

    @classmethod
    def of(cls, world: World) -> Credentials:
        """Return the credentials of a world, the first where it has several."""
        user, password = next(iter(world.access.users.items()))
        client, secret = next(iter(world.access.clients.items()))
        return cls(user, password, client, secret, min(world.access.api_keys))


@dataclass(frozen=True)
class Served:
    """A plant that answers.

    Args:
        urls: Where its servers are.
        control_url: Where its control interface is (see `control`).
        control_token: The bearer token for it.
        credentials: What logs on to its servers.
        stage: The present world, for those in the same process.
        cut: Resets every connection that is open, as a network that breaks does, and tells how
            many were.
    """

    urls: dict[Server, str]
    control_url: str
    control_token: str
    credentials: Credentials
    stage: Stage
    cut: Callable[[], int]

    @property
    def world(self) -> World:
        """The world that is being served."""
        return self.stage.world

    def as_json(self) -> dict[str, object]:
        """Return what a client has to know, as plain JSON values."""
        urls = {str(server): url for server, url in self.urls.items()}
        control = {"url": self.control_url, "token": self.control_token}
        return {"urls": urls, "control": control, "credentials": asdict(self.credentials)}


@dataclass(frozen=True)
class Ports:
    """Where to listen; 0 is any free port."""

    servers: Mapping[Server, int] = field(default_factory=dict[Server, int])
    control: int = 0


@contextlib.asynccontextmanager
async def served(
    make_world: Callable[[], World],
    *,
    ports: Ports | None = None,
    doors: Doors | None = None,
    scenarios: Mapping[str, Scenario] | None = None,
    hold: float = 60.0,
) -> AsyncGenerator[Served]:
    """Serve a plant for as long as the context lasts.

    Args:
        make_world: Makes the world, also after a reset.
        ports: Where to listen.
        doors: The servers; by default all of a plant.
        scenarios: What the control interface may run, by name.
        hold: How many seconds an answer that never comes is held before hanging up.
    """
    doors = plant_doors() if doors is None else doors
    world = make_world()
    stage = Stage(world, world.access.draw(40), make_world, scenarios or {}, doors.catch_up)
    listening = _listen(doors, ports or Ports())
    web = _Web(_config(_by_port(listening, doors, stage, hold)))
    await web.open(list(listening.values()))
    ticking = asyncio.create_task(_tick(doors, stage))
    try:
        yield _served(listening, stage, web.cut)
    finally:
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        await web.close()


def _served(listening: Mapping[str, socket.socket], stage: Stage, cut: Callable[[], int]) -> Served:
    urls = {name: f"http://{LOOPBACK}:{_port(bound_to)}" for name, bound_to in listening.items()}
    return Served(
        urls={Server(name): url for name, url in urls.items() if name != CONTROL},
        control_url=urls[CONTROL],
        control_token=stage.token,
        credentials=Credentials.of(stage.world),
        stage=stage,
        cut=cut,
    )


def _listen(doors: Doors, ports: Ports) -> dict[str, socket.socket]:
    wanted = {str(server): ports.servers.get(server, 0) for server in doors.doors}
    opened: dict[str, socket.socket] = {}
    try:
        for name, port in {**wanted, CONTROL: ports.control}.items():
            opened[name] = _socket(port)
    except OSError:
        for one in opened.values():
            one.close()
        raise
    return opened


def _socket(port: int) -> socket.socket:
    """Open a socket that says it is TCP: only then does asyncio switch Nagle's algorithm off."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((LOOPBACK, port))
    except OSError as error:
        opened.close()
        raise OSError(error.errno, f"port {port} of {LOOPBACK} cannot be used") from error
    return opened


def _port(opened: socket.socket) -> int:
    return int(opened.getsockname()[1])


def _by_port(
    listening: Mapping[str, socket.socket], doors: Doors, stage: Stage, hold: float
) -> ASGIApp:
    apps: dict[int, ASGIApp] = {}
    for name, opened in listening.items():
        inner = answering(stage.control) if name == CONTROL else app(doors, Server(name), hold)
        apps[_port(opened)] = bound(inner, lambda: stage.world)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        await apps[scope["server"][1]](scope, receive, send)

    return dispatch


def _config(dispatch: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        dispatch,
        http=_HangingUp,
        ws="none",
        proxy_headers=False,
        lifespan="off",
        log_level="error",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


_AT_ONCE = struct.pack("ii", 1, 0)


class _HangingUp(H11Protocol):
    """HTTP whose applications may cut the connection they are asked through."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        inner: ASGIApp = self.app

        def hang_up() -> None:
            """Reset the connection: the client sees no orderly end."""
            _reset(transport)

        async def within(scope: Scope, receive: Receive, send: Send) -> None:
            await inner({**scope, HANGUP: hang_up}, receive, send)

        self.app = within


def _reset(transport: asyncio.Transport) -> None:
    opened = transport.get_extra_info("socket")
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()


class _Web(uvicorn.Server):
    """uvicorn inside a loop that is not its own: signals stay with whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def open(self, sockets: list[socket.socket]) -> None:
        """Start, and return when every port answers."""
        self._sockets = sockets
        self._running = asyncio.create_task(self.serve(sockets=sockets))
        while not self.started and not self._running.done():
            await asyncio.sleep(0.005)

    def cut(self) -> int:
        """Reset every connection that is open; return how many were."""
        found = (getattr(one, "transport", None) for one in self.server_state.connections)
        still: list[asyncio.Transport] = [
            one for one in found if one is not None and not one.is_closing()
        ]
        for transport in still:
            _reset(transport)
        return len(still)

    async def close(self) -> None:
        """Stop; connections that are still held are cut."""
        self.should_exit = True
        self.force_exit = True
        await self._running
        for opened in self._sockets:
            opened.close()


async def _tick(doors: Doors, stage: Stage) -> None:
    while True:
        await asyncio.sleep(TICK)
        doors.catch_up(stage.world)

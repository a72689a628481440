"""An application behind uvicorn, on a loop that is not its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Generator

import uvicorn
from fastapi import FastAPI

GOODBYE_SECONDS = 5


class _Server(uvicorn.Server):
    """uvicorn that leaves the process's signals to whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: FastAPI, place: tuple[str, int]) -> AsyncGenerator[str]:
    """Serve at a place, and return the address; requests under way are answered in the end."""
    opened = _socket(place)
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[opened]))
    try:
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        host, port = opened.getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await running
        opened.close()


def _socket(place: tuple[str, int]) -> socket.socket:
    """Open a socket that says it is TCP: only then does asyncio switch Nagle's algorithm off."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(place)
    except OSError as error:
        opened.close()
        raise OSError(error.errno, f"port {place[1]} of {place[0]} cannot be used") from error
    return opened

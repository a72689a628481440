"""The service of the demo: ``concord serve`` in a process of its own, started again when it dies.

The onlooker may kill it whenever they like. What it was doing is in the records, and whoever is
started next on the same folder goes on with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import STDOUT

import httpx

LOOPBACK = "127.0.0.1"
LOG = "service.log"
COMMAND = ("-m", "agent.cli", "serve", "--drain", "5", "--host", LOOPBACK)
READY_SECONDS = 120.0
GLANCE_SECONDS = 0.1
BREATH_SECONDS = 0.5
GOODBYE_SECONDS = 15.0


class ServiceFailed(Exception):
    """The service does not start; whoever runs the demo reads its log."""


@dataclass
class Service:
    """The service as it runs now; it has another process id each time it was started again."""

    url: str
    log: Path
    pid: int = 0
    restarts: int = 0
    ready: bool = False


@contextlib.asynccontextmanager
async def serving(environment: Mapping[str, str], home: Path, port: int) -> AsyncGenerator[Service]:
    """Run the service until the context ends, whatever becomes of its processes meanwhile.

    Raises:
        ServiceFailed: It did not come up at all.
    """
    service = Service(f"http://{LOOPBACK}:{port}", home / LOG)
    keeper = _Keeper(service, environment, port)
    await keeper.start()
    keeping = asyncio.create_task(keeper.keep())
    try:
        await _until_ready(service, keeping)
        service.ready = True
        yield service
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError, ServiceFailed):
            await keeping
        await keeper.end()


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as opened:
        port: int = opened.getsockname()[1]
    return port


class _Keeper:
    """Starts the process, and starts it again."""

    def __init__(self, service: Service, environment: Mapping[str, str], port: int) -> None:
        self._service, self._environment, self._port = service, environment, port
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._service.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *COMMAND,
                "--port",
                str(self._port),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=STDOUT,
                env=dict(self._environment),
            )
        self._service.pid = self._process.pid

    async def keep(self) -> None:
        """Start it again whenever it ended; one that never came up is given up.

        Raises:
            ServiceFailed: It cannot run.
        """
        while self._process is not None:
            if await self._process.wait() > 0 and not self._service.ready:
                raise ServiceFailed(f"the service does not start: {self._service.log} says why")
            await asyncio.sleep(BREATH_SECONDS)
            await self.start()
            self._service.restarts += 1

    async def end(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _until_ready(service: Service, keeping: asyncio.Task[None]) -> None:
    async with httpx.AsyncClient(base_url=service.url, trust_env=False) as client:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not await _ready(client):
                    if keeping.done():
                        keeping.result()
                    await asyncio.sleep(GLANCE_SECONDS)
        except TimeoutError:
            said = f"the service is not ready after {READY_SECONDS:.0f} s: {service.log}"
            raise ServiceFailed(said) from None


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.TransportError:
        return False

"""An edge that kills itself, as a process of its own: it takes signals, forwards, and is gone.

Arguments: the folder, the request to the core at which it dies (after the core has it and before
the edge hears so), the acknowledgement at which it dies, and the names of the signals it takes in.
What was acknowledged, and what the core has, are lines of two files.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx

from agent.edge.buffer import Buffer, Incoming
from agent.edge.core import Core
from agent.edge.forwarding import Forwarder, Pace


class LastCore(httpx.AsyncBaseTransport):
    """A core that writes down what it has, and whose answer is the last thing heard of the edge."""

    def __init__(self, file: Path, dies_at: int) -> None:
        self._file, self._left = file, dies_at

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        events = json.loads(request.content)
        note(self._file, *(event["id"] for event in events))
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return httpx.Response(207, json={"results": [{"status": 202} for _ in events]})


def note(file: Path, *names: str) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(f"{name}\n" for name in names)


async def main(folder: Path, dies_at: int, gone_at: int, names: list[str]) -> None:
    buffer = Buffer(folder, 1024 * 1024, lambda: datetime.now(UTC))
    for name in names:
        lane = f"order/{name.partition('-')[0]}"
        body = json.dumps({"id": name}).encode()
        buffer.keep([Incoming("/dm", name, lane, body, "line")])
        note(folder / "acknowledged", name)
        gone_at -= 1
        if gone_at == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    core = Core("http://core", "key", LastCore(folder / "core", dies_at))
    forwarder = Forwarder(buffer, core, lambda: datetime.now(UTC), Pace(0.0, 0.0))
    while await forwarder.round() is not None:
        pass
    await core.close()
    buffer.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(Path(given[0]), int(given[1]), int(given[2]), given[3:]))

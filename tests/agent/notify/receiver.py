"""A receiver on loopback that answers as it is told, and keeps what it got."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SILENT, RESET = "silent", "reset"


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers each request with the next answer, and the last one from then on.

    An answer is a status, with headers and body if need be, ``SILENT`` or ``RESET``.
    """

    answers: Sequence[str]
    port: int = 0
    got: list[Got] = field(default_factory=list[Got])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?sig=topsecret"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        answer = self.answers[min(len(self.got), len(self.answers) - 1)]
        self.got.append(Got(headers, body))
        if answer == SILENT:
            await reader.read()
        elif answer == RESET:
            writer.transport.abort()
        else:
            head, _, text = answer.partition("\n\n")
            status, *more = head.split("\n")
            lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(text.encode())}"]
            writer.write("\r\n".join([*lines, *more, "connection: close", "", text]).encode())
            await writer.drain()


@asynccontextmanager
async def receiving(*answers: str) -> AsyncGenerator[Receiver]:
    """Receive while the block runs."""
    receiver = Receiver(answers)
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()

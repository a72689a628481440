"""What httpx makes of real sockets, so that the names we give failures hold on a network too."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tools.connection import Connection, Limits
from tools.errors import NotSent, OutcomeUnknown, Unavailable

LIMITS = Limits(attempts=1, timeout=5.0)


@asynccontextmanager
async def serving(answer: bytes) -> AsyncGenerator[tuple[Connection, list[bytes]]]:
    """A server that reads a request's head, answers so many bytes and hangs up."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Connection("S4", f"http://127.0.0.1:{port}", limits=LIMITS) as connection:
        yield connection, heads


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
    ],
)
async def test_a_write_whose_answer_breaks_off_is_unknown_and_was_sent_once(answer: bytes) -> None:
    async with serving(answer) as (connection, heads):
        with pytest.raises(OutcomeUnknown):
            await connection.write("POST", "/orders", body={})
        assert len(heads) == 1


async def test_where_nobody_listens_nothing_is_sent() -> None:
    async with serving(b"") as (connection, _):
        address = str(connection.base_url)
    async with Connection("S4", address, limits=LIMITS) as connection:
        with pytest.raises(NotSent):
            await connection.write("POST", "/orders")
        with pytest.raises(Unavailable):
            await connection.read("GET", "/orders")


async def test_a_packed_answer_counts_by_what_it_unpacks_to() -> None:
    packed = gzip.compress(b"x" * 10_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    async with serving(head.encode() + packed) as (connection, _):
        assert len((await connection.read("GET", "/orders")).body) == 10_000

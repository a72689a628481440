"""Senders of signed signals: many connections kept alive, each with one request under way."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook

SECRET = "whsec_" + "c2Vj" * 8
SOURCE = "/bench/1010"
ACCEPTED = 202


@dataclass(frozen=True)
class Sent:
    """What the senders saw: how long it all took, and each answer's time and status."""

    seconds: float
    times: list[float]
    refused: list[int]


@dataclass(frozen=True)
class Load:
    """What is sent where; ``per_second`` of None means as fast as answers come.

    A paced signal's time counts from when it was due, whether or not a connection was free.
    """

    url: str
    first: int
    count: int
    clients: int
    per_second: float | None = None


def send(load: Load) -> Sent:
    """Send all signals, and tell how that went."""
    place = urlsplit(load.url)
    requests = [_request(place.netloc, place.path, load.first + n) for n in range(load.count)]
    return asyncio.run(_send(load, requests))


def body(number: int, at: datetime) -> str:
    """Return a signal about an order of its own."""
    data = {"plant": "1010", "order": str(5_000_000 + number), "material": "RM-SEAT-S"}
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"bench-{number}",
            "source": SOURCE,
            "type": "concord.stock.deficit.v1",
            "time": at.isoformat(),
            "data": {**data, "document": f"TX{number:08d}", "text": "Taken without booking it."},
        }
    )


def _request(host: str, path: str, number: int) -> bytes:
    now = datetime.now(UTC)
    said, name = body(number, now), f"m-{number}"
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/cloudevents+json",
        f"Content-Length: {len(said)}",
        f"webhook-id: {name}",
        f"webhook-timestamp: {int(now.timestamp())}",
        f"webhook-signature: {Webhook(SECRET).sign(name, now, said)}",
    )
    return ("\r\n".join((*lines, "", "")) + said).encode()


async def _send(load: Load, requests: list[bytes]) -> Sent:
    place = urlsplit(load.url)
    line = enumerate(requests)
    sent = Sent(0.0, [], [])
    opened = [
        await asyncio.open_connection(place.hostname, place.port) for _ in range(load.clients)
    ]
    began = time.perf_counter()
    await asyncio.gather(*(_client(*one, line, began, load.per_second, sent) for one in opened))
    seconds = time.perf_counter() - began
    for _, writer in opened:
        writer.close()
    return Sent(seconds, sent.times, sent.refused)


async def _client(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    line: Iterator[tuple[int, bytes]],
    began: float,
    per_second: float | None,
    sent: Sent,
) -> None:
    for number, request in line:
        due = time.perf_counter()
        if per_second is not None:
            due = began + number / per_second
            await asyncio.sleep(due - time.perf_counter())
        writer.write(request)
        status = await _status(reader)
        sent.times.append(time.perf_counter() - due)
        if status != ACCEPTED:
            sent.refused.append(status)


async def _status(reader: asyncio.StreamReader) -> int:
    """Read an answer to its end, and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("ascii", "replace").lower().split("\r\n")
    length = next(line for line in lines if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return int(lines[0].split()[1])

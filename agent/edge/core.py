"""The core, as the edge meets it: events go out as one batch, and each comes back with its word.

A batch that is answered as a whole, without a word on each event, says nothing about any of them: a
proxy on the way, a key that is not good any more, a core that is starting. Then everything waits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import httpx

from agent.ingress.envelope import BATCH
from agent.records.columns import storable
from tools.secrecy import Secrets

SECONDS = 30.0
LONGEST_SECONDS = 120.0
"""An answer that keeps coming, a byte now and then, is given up after this."""

MOST_BYTES = 8 * 1024 * 1024
"""The core's answer to the largest batch is a fraction of this."""

SIGNALS = "/v1/signals"
LONGEST = 500
"""So much of what the core says of a signal is kept."""


@dataclass(frozen=True)
class Word:
    """What the core said of one event."""

    status: int
    says: str = ""

    @property
    def taken(self) -> bool:
        """Whether the core has it."""
        return self.status < HTTPStatus.BAD_REQUEST

    @property
    def refused(self) -> bool:
        """Whether it will never be taken as it is."""
        return not self.taken and not self.later

    @property
    def later(self) -> bool:
        """Whether it may be taken at another time."""
        waits = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR or self.status in waits


class Away(Exception):
    """The core took nothing in; whoever forwards waits. ``after`` is what the core asked for."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class TooLarge(Exception):
    """So many bytes at once are too many for the core; whoever forwards sends fewer."""


class Core:
    """Sends to the core.

    Args:
        url: Where it is.
        key: The key it gave the edge (``concord keys add``), for signals.
        transport: How to get there, where it is not the network.
    """

    def __init__(
        self, url: str, key: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._secrets = Secrets((key,))
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "Content-Type": BATCH},
            timeout=SECONDS,
            follow_redirects=False,
            transport=transport,
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def send(self, events: Sequence[bytes]) -> list[Word]:
        """Send events, and return the core's word on each.

        Raises:
            Away: It took none, or nobody knows which; they are sent again, by the same names.
            TooLarge: They were too many bytes at once.
        """
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                answer, body = await self._posted(b"[" + b",".join(events) + b"]")
        except (httpx.HTTPError, TimeoutError) as error:
            raise Away(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        said = _read(body)
        words = _words(said)
        if words is not None and len(words) == len(events):
            return [Word(one.status, self._told(one.says)) for one in words]
        if answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise TooLarge(f"{len(events)} events were too large")
        detail = _detail(said)
        told = f": {self._told(detail)[:200]}" if detail else ""
        raise Away(f"it answered {answer.status_code}{told}", _after(answer))

    async def _posted(self, events: bytes) -> tuple[httpx.Response, bytes]:
        """Send events, and return what is answered, which is not always the core's answer."""
        request = self._client.build_request("POST", SIGNALS, content=events)
        answer = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Away(f"it answered with more than {MOST_BYTES} bytes")
            return answer, bytes(body)
        finally:
            await answer.aclose()

    def _told(self, said: str) -> str:
        """Return what the core said as it is written down: without what proved us to it."""
        return storable(self._secrets.out_of(said))[:LONGEST]


def _words(answer: dict[str, Any]) -> list[Word] | None:
    """Return the word on each event; None where there is none."""
    results = answer.get("results")
    if not isinstance(results, list):
        return None
    words = list[Word]()
    for one in cast(list[Any], results):
        said = cast(dict[str, Any], one) if isinstance(one, dict) else {}
        status = said.get("status")
        if type(status) is not int or not HTTPStatus.OK <= status < 600:
            return None
        words.append(Word(status, str(said.get("detail", ""))))
    return words


def _read(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


def _detail(answer: dict[str, Any]) -> str:
    said = answer.get("detail")
    return said if isinstance(said, str) else ""


def _after(answer: httpx.Response) -> float:
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0.0

"""One request as a server of the sandbox gets it, and what it answers.

A server is a plain function ``Handle = Callable[[Request], Response]``. It is synchronous, so each
request is atomic; the door around it knows sockets, faults and late commits, the server does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tools.sandbox.journal import Write

if TYPE_CHECKING:
    from tools.sandbox.world import World

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What was asked.

    Args:
        world: The world it is asked of.
        method: The HTTP method, in capitals.
        path: The path as it was sent, still percent-encoded.
        query: The query as it was sent, without the question mark.
        headers: The headers, names in small letters, of several equal ones the last.
        body: The whole body.
        scheme: How the client reached the server.
        late: A write that was parked and is carried out now; its sender was checked at arrival.
    """

    world: World
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    scheme: str = "http"
    late: bool = False
    writes: list[Write] = field(default_factory=list[Write])

    def wrote(self, write: Write) -> None:
        """Report a write for the journal; every write is reported, refused ones too."""
        self.writes.append(write)

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The decoded query, in order, empty values included."""
        return parse_qsl(self.query, keep_blank_values=True, errors="replace")

    @property
    def correlation(self) -> str | None:
        """The header by which the sender's trace is found again."""
        names = ("x-correlation-id", "x-correlationid", "traceparent", "x-request-id")
        return next((self.headers[name] for name in names if name in self.headers), None)


@dataclass(frozen=True)
class Response:
    """What was answered; ``delay`` is how many seconds the answer is to be kept back."""

    status: int
    headers: Headers = field(default_factory=list[tuple[str, str]])
    body: bytes = b""
    delay: float = 0.0


Handle = Callable[[Request], Response]


def json_response(body: object, status: int = 200, headers: Headers | None = None) -> Response:
    """Answer in JSON."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, [("content-type", "application/json"), *(headers or [])], content)

"""The edge: what holds for every request, whatever it is about.

It has a correlation id, its body has an end, what goes wrong is told as a problem, and browsers
are told to trust nothing but this service.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.correlation import HEADER, correlated, of_headers
from agent.service.problem import Problem, answered
from agent.service.violations import Violations
from agent.settings import Settings

log = logging.getLogger("concord.service")

CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
FOREVER = "max-age=31536000"

_HEADER = HEADER.lower().encode("latin-1")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:/@]+)(?::\d{1,5})?")


def hosts(settings: Settings) -> frozenset[str]:
    """Return the names under which the service answers."""
    named = {name.strip().lower() for name in settings.hosts.split(",") if name.strip()}
    own = urlsplit(settings.public_url or "").hostname
    return frozenset(named | ({own} if own else set()))


class Edge:
    """Wraps the whole application, the outermost boundary of the service.

    Args:
        app: The application.
        hosts: The names it answers to; a star is any.
        largest: Bytes a body may have.
        patience: Seconds a client has to send one.
        https: Whether people reach the service by https.
        violations: Counts what is refused, here or further in.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        largest: int,
        patience: float,
        https: bool,
        violations: Violations,
    ) -> None:
        self._violations = violations
        self._app, self._hosts, self._largest, self._patience = app, hosts, largest, patience
        headers = {**HEADERS, **({"Strict-Transport-Security": FOREVER} if https else {})}
        self._headers = [
            (header.lower().encode("latin-1"), value.encode("latin-1"))
            for header, value in headers.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with correlated(of_headers(headers)) as name:
            began = False

            async def sending(message: Message) -> None:
                nonlocal began
                if message["type"] == "http.response.start":
                    began = True
                    self._violations.note(scope, message["status"])
                    self._dress(message, name)
                await send(message)

            try:
                await self._within(headers, scope, receive, sending)
            except Exception:
                log.exception("%s %s failed", scope["method"], scope["path"])
                if not began:
                    problem = Problem(500, "This went wrong here; the log says more.")
                    await answered(problem)(scope, receive, sending)

    async def _within(self, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._at_first_sight(headers)
        if problem is not None:
            await answered(problem)(scope, receive, send)
            return
        await self._app(scope, _Measured(receive, self._largest, self._patience), send)

    def _at_first_sight(self, headers: Headers) -> Problem | None:
        """Return why a request is refused before anybody looks at what it is about."""
        named = headers.getlist("host")
        host = _HOST.fullmatch(named[0].lower()) if len(named) == 1 else None
        if "*" not in self._hosts and (host is None or host.group(1) not in self._hosts):
            return Problem(400, "This service does not answer to that host name (CONCORD_HOSTS).")
        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > self._largest:
            return Problem(413, _too_large(self._largest))
        return None

    def _dress(self, message: Message, name: str) -> None:
        """Add the headers that every answer has, where it has none of that name itself."""
        given = [pair for pair in message["headers"] if pair[0] != _HEADER]
        names = {header for header, _ in given}
        own = [pair for pair in self._headers if pair[0] not in names]
        message["headers"] = [*given, *own, (_HEADER, name.encode("latin-1"))]


class _Measured:
    """Receives a body as long as it is within reason."""

    def __init__(self, receive: Receive, largest: int, patience: float) -> None:
        self._receive, self._largest, self._patience = receive, largest, patience
        self._left = largest
        self._complete = False
        self._until: float | None = None

    async def __call__(self) -> Message:
        """Return the next part.

        Raises:
            HTTPException: The body is too large, or its client too slow.
        """
        if self._complete:
            return await self._receive()
        loop = asyncio.get_running_loop()
        self._until = self._until or loop.time() + self._patience
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The body took too long to arrive.") from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        if self._left < 0:
            raise HTTPException(413, _too_large(self._largest))
        return message


def _too_large(largest: int) -> str:
    return f"A body may have {largest} bytes at most."

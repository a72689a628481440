"""One system over HTTP: who we are, how hard we may press, and what a failure means.

Reads are repeated while a failure is transient. Writes are sent once, never more: whatever is not
certain not to have posted becomes ``OutcomeUnknown``, and effects reads back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Self, TypeAlias

import httpx

from tools.breaker import Breaker
from tools.credentials import proving
from tools.errors import (
    CutOff,
    Exchange,
    Misread,
    NotSent,
    OutcomeUnknown,
    ToolError,
    Unavailable,
)
from tools.jsontext import Writable, write_json
from tools.patience import Patience, Rhythm
from tools.reply import Access, Reply, shown_request, told
from tools.secrecy import Secrets
from tools.standing import Standing
from tools.trust import trusted
from tools.verdict import Judge, judge

correlation: ContextVar[str | None] = ContextVar("correlation", default=None)
"""The id under which a case's requests are found in the logs of every system it asked."""

CORRELATION_HEADER = "X-Correlation-ID"

Params: TypeAlias = Mapping[str, str | int | bool]
Body: TypeAlias = "bytes | Writable"

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_NOT_SERVING = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard one system may be pressed, and how long it is waited for (seconds)."""

    timeout: float = 30.0
    connect_timeout: float = 5.0
    concurrency: int = 8
    per_second: float | None = None
    attempts: int = 4
    deadline: float = 60.0
    answer_bytes: int = 32 * 1024 * 1024
    breaker_failures: int = 5
    breaker_rest: float = 15.0


@dataclass(slots=True)
class Session:
    """The login the writes share: its cookies are in the client, its CSRF token is here."""

    token: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Connection:
    """Sends requests to one system within its limits and names every failure.

    Reads and writes have a cookie jar each, so that a read answered late cannot replace the
    session to which the writes' token belongs.

    Args:
        system: The name by which errors call the system.
        base_url: Scheme, host and the path common to all requests.
        credentials: How requests are authenticated, see ``tools.credentials``.
        limits: Timeouts, concurrency, attempts.
        headers: Sent with every request.
        transport: Replaces the network, for instance by an ASGI application.
        rhythm: Replaces clock, sleep and jitter.
    """

    def __init__(
        self,
        system: str,
        base_url: str,
        *,
        credentials: httpx.Auth | None = None,
        limits: Limits | None = None,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        self.system = system
        self.base_url = httpx.URL(base_url)
        self._root = f"{str(self.base_url).rstrip('/')}/"
        self.session = Session()
        self.limits = limits or Limits()
        self.rhythm = rhythm or Rhythm()
        self._proving = proving(credentials)
        self._transport = transport or network(self.limits)
        self._reading = self._client(credentials, headers)
        self._writing = self._client(credentials, headers)
        self._turns = asyncio.Semaphore(self.limits.concurrency)
        self._patience = Patience(self.limits.attempts, self.limits.deadline, self.rhythm)
        self._breaker = Breaker(
            self.limits.breaker_failures, self.limits.breaker_rest, self.rhythm.clock
        )
        self.standing = Standing(self.rhythm.clock)
        self._next_slot = 0.0

    async def __aenter__(self) -> Self:
        """Return the connection; nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close what is open."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close what is open."""
        await self._reading.aclose()
        await self._writing.aclose()

    @property
    def left_alone(self) -> bool:
        """Whether it is left alone after repeated failures, until a request succeeds again."""
        return self._breaker.open

    async def read(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        judge: Judge = judge,
    ) -> Reply:
        """Ask for something, again if need be.

        Args:
            method: The HTTP method; some systems read by POST.
            url: A path below ``base_url``, with its query if ``params`` has none.
            params: The query.
            headers: Beyond the usual ones.
            body: Bytes as they are, anything else as JSON.
            judge: Which answer is an error, and which one.

        Raises:
            ToolError: Any kind that concerns reads, see ``tools.errors``.
        """
        request = self._request(self._reading, method, url, params, headers, body)
        return await self._ask(self._reading, request, judge)

    async def knock(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        judge: Judge = judge,
    ) -> Reply:
        """Read within the session of the writes: a token belongs to the cookies it came with."""
        request = self._request(self._writing, method, url, None, headers, None)
        return await self._ask(self._writing, request, judge)

    async def write(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        judge: Judge = judge,
    ) -> Reply:
        """Change something: sent once, never repeated. Arguments as for ``read``.

        Raises:
            OutcomeUnknown: It may or may not have posted.
            ToolError: Any other kind; it has certainly not posted.
        """
        request = self._request(self._writing, method, url, params, headers, body)
        return await self._exchange(self._writing, request, "write", judge)

    def below(self, url: str) -> str | None:
        """Return an address as a path below ``base_url``, or None if it leads elsewhere."""
        base = self.base_url
        target = base.join(url)
        if (target.scheme, target.host, target.port) != (base.scheme, base.host, base.port):
            return None
        path, root = target.raw_path.decode("ascii"), base.raw_path.decode("ascii").rstrip("/")
        return path[len(root) :] if path.startswith(f"{root}/") else None

    def _client(
        self, credentials: httpx.Auth | None, headers: Mapping[str, str] | None
    ) -> httpx.AsyncClient:
        timeout, connect = self.limits.timeout, self.limits.connect_timeout
        return httpx.AsyncClient(
            base_url=self.base_url,
            auth=credentials,
            headers=headers,
            transport=self._transport,
            timeout=httpx.Timeout(timeout, connect=connect, pool=connect),
            follow_redirects=False,
            trust_env=False,
        )

    def _request(
        self,
        client: httpx.AsyncClient,
        method: str,
        url: str,
        params: Params | None,
        headers: Mapping[str, str] | None,
        body: Body,
    ) -> httpx.Request:
        sent = dict(headers or {})
        if (case := correlation.get()) is not None:
            sent.setdefault(CORRELATION_HEADER, case)
        if body is None or isinstance(body, bytes):
            content = body
        else:
            content = write_json(body).encode()
            sent.setdefault("Content-Type", "application/json")
        whole = httpx.URL(self._root + url.lstrip("/"))  # joined by httpx it is parsed four times
        return client.build_request(method, whole, params=params, headers=sent, content=content)

    async def _ask(self, client: httpx.AsyncClient, request: httpx.Request, judge: Judge) -> Reply:
        async def attempt() -> Reply:
            return await self._exchange(client, request, "read", judge)

        return await self._patience.read(attempt)

    async def _exchange(
        self, client: httpx.AsyncClient, request: httpx.Request, access: Access, judge: Judge
    ) -> Reply:
        async with self._turn(request, access):
            if (rest := self._breaker.wait()) is not None:
                raise self._unsent(request, access, "left alone after repeated failures", rest)
            with self.standing.noting():
                return self._judged(await self._watched(client, request, access), judge)

    async def _watched(
        self, client: httpx.AsyncClient, request: httpx.Request, access: Access
    ) -> Reply:
        """Send, and tell the breaker how that ended."""
        healthy: bool | None = None
        try:
            reply = await self._send(client, request, access)
            healthy = reply.status not in _NOT_SERVING
            return reply
        except (httpx.TransportError, TimeoutError) as error:
            healthy = False
            raise self._broken(request, access, error) from error
        except httpx.RequestError as error:
            raise self._garbled(request, access, f"cannot be decoded: {error}") from error
        except Unavailable as error:
            raise self._unsent(request, access, error.reason, error.retry_after) from error
        finally:
            self._breaker.record(healthy)

    def _judged(self, reply: Reply, judge: Judge) -> Reply:
        error: ToolError | None = judge(reply)
        if error is not None:
            raise error
        if reply.access == "read" and reply.cut_off:
            raise CutOff(self.system, "broken JSON: it ends in its middle", reply.exchange)
        return reply

    async def _send(
        self, client: httpx.AsyncClient, request: httpx.Request, access: Access
    ) -> Reply:
        async with asyncio.timeout(self.limits.connect_timeout + self.limits.timeout):
            response = await client.send(request, stream=True)
            try:
                body = bytearray()
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > self.limits.answer_bytes:
                        raise self._garbled(
                            request, access, f"the answer exceeds {self.limits.answer_bytes} bytes"
                        )
            finally:
                await response.aclose()
        secrets = self._secrets(response.request.headers)
        return Reply(
            system=self.system,
            method=request.method,
            url=request.url,
            access=access,
            status=response.status_code,
            headers=response.headers,
            body=told(response.status_code, bytes(body), secrets),
            secrets=secrets,
        )

    def _secrets(self, sent: httpx.Headers) -> Secrets:
        """Return what a request proved itself by."""
        proved = {name: sent[name] for name in self._proving if name in sent}
        return Secrets.of_headers(proved, self.session.token)

    @asynccontextmanager
    async def _turn(self, request: httpx.Request, access: Access) -> AsyncGenerator[None]:
        """Wait for one of the system's places, and for the rate if there is one."""
        try:
            async with asyncio.timeout(self.limits.timeout):
                await self._turns.acquire()
        except TimeoutError as error:
            why = f"all {self.limits.concurrency} places taken for {self.limits.timeout:g} s"
            raise self._unsent(request, access, why, None) from error
        try:
            if self.limits.per_second is not None:
                await self._keep_rate(self.limits.per_second)
            yield
        finally:
            self._turns.release()

    async def _keep_rate(self, per_second: float) -> None:
        now = self.rhythm.clock()
        slot = max(now, self._next_slot)
        self._next_slot = slot + 1 / per_second
        if slot > now:
            await self.rhythm.sleep(slot - now)

    def _broken(
        self, request: httpx.Request, access: Access, error: Exception
    ) -> Unavailable | NotSent | OutcomeUnknown:
        why = f"{type(error).__name__} {error}".strip()
        if access == "read" or isinstance(error, _NEVER_SENT):
            return self._unsent(request, access, why, None)
        exchange = Exchange(shown_request(request.method, request.url), why)
        return OutcomeUnknown(self.system, "the write was sent, its answer never came", exchange)

    def _unsent(
        self, request: httpx.Request, access: Access, why: str, rest: float | None
    ) -> Unavailable | NotSent:
        exchange = Exchange(shown_request(request.method, request.url), "nothing")
        kind = Unavailable if access == "read" else NotSent
        return kind(self.system, f"cannot be reached: {why}", exchange, retry_after=rest)

    def _garbled(
        self, request: httpx.Request, access: Access, why: str
    ) -> Misread | OutcomeUnknown:
        exchange = Exchange(shown_request(request.method, request.url), why)
        kind = Misread if access == "read" else OutcomeUnknown
        return kind(self.system, why, exchange)


def network(limits: Limits) -> httpx.AsyncHTTPTransport:
    """Return a transport that opens at most as many sockets as the system has places."""
    pool = httpx.Limits(
        max_connections=limits.concurrency, max_keepalive_connections=limits.concurrency
    )
    return httpx.AsyncHTTPTransport(limits=pool, verify=trusted(), trust_env=False)

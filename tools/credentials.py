"""Who we are to a system. No secret appears in a representation, a log line or an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass, field
from typing import NoReturn

import httpx

from tools.errors import Exchange, Misread, SignInRefused, Unavailable
from tools.jsontext import Row, read_json
from tools.patience import Rhythm
from tools.trust import trusted

_SKEW = 60.0
_UNSTATED_LIFE = 300.0


class Basic(httpx.BasicAuth):
    """A user name and a password."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user, password)
        self._user = user

    def __repr__(self) -> str:
        """Name the user, never the password."""
        return f"Basic({self._user!r})"


class ApiToken(httpx.Auth):
    """A fixed token in a header, for instance ``X-Ignition-API-Token``."""

    def __init__(self, token: str, header: str = "Authorization", prefix: str = "") -> None:
        self.header, self._value = header, prefix + token

    def __repr__(self) -> str:
        """Name the header, never the token."""
        return f"ApiToken(header={self.header!r})"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the token into the request."""
        request.headers[self.header] = self._value
        yield request


def proving(credentials: httpx.Auth | None) -> tuple[str, ...]:
    """Return the headers by which requests prove who we are."""
    own = credentials.header if isinstance(credentials, ApiToken) else "Authorization"
    return (own, "Cookie")


@dataclass(frozen=True, slots=True)
class Client:
    """The OAuth2 client that asks for tokens."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None


class ClientCredentials(httpx.Auth):
    """OAuth2 client credentials: one token for all requests, fetched anew before it expires.

    Only one fetch is ever under way. A token refused with 401 is replaced once per request. The
    token endpoint's failures are those of the system: ``Unavailable``, ``SignInRefused``,
    ``Misread``.

    Args:
        system: The name by which errors call the system.
        client: Where tokens come from, and for whom.
        transport: Replaces the network.
        clock: Seconds on any steady clock.
        timeout: Seconds the token endpoint is waited for.
    """

    def __init__(
        self,
        system: str,
        client: Client,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._system, self._client = system, client
        self._transport = transport
        self._clock = clock or Rhythm().clock
        self._timeout = timeout
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._good_until = 0.0

    def __repr__(self) -> str:
        """Name the client, never its secret or token."""
        return f"ClientCredentials({self._client.client_id!r} at {self._client.token_url!r})"

    def sync_auth_flow(self, request: httpx.Request) -> NoReturn:
        """Refuse: connections are asynchronous."""
        raise RuntimeError("client credentials need an asynchronous client")

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authorise the request; after a 401 once more with a fresh token."""
        token = await self._current(refused=None)
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            token = await self._current(refused=token)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    async def _current(self, refused: str | None) -> str:
        async with self._lock:
            token = self._token
            if token is None or token == refused or self._clock() >= self._good_until:
                token = await self._fetch()
            return token

    async def _fetch(self) -> str:
        form = {"grant_type": "client_credentials"}
        if self._client.scope:
            form["scope"] = self._client.scope
        try:
            async with httpx.AsyncClient(
                transport=self._transport,
                timeout=self._timeout,
                verify=trusted(),
                trust_env=False,
            ) as http:
                response = await http.post(
                    self._client.token_url,
                    data=form,
                    auth=(self._client.client_id, self._client.client_secret),
                    headers={"Accept": "application/json"},
                )
        except httpx.RequestError as error:
            why = f"no token to be had ({type(error).__name__})"
            raise Unavailable(self._system, why, self._exchange("nothing")) from error
        return self._accept(response)

    def _accept(self, response: httpx.Response) -> str:
        status, exchange = response.status_code, self._exchange(str(response.status_code))
        if status == 429 or status >= 500:
            raise Unavailable(self._system, "the token endpoint is not serving", exchange)
        if 400 <= status < 500:
            why = "the token endpoint refused the client"
            raise SignInRefused(self._system, why, exchange)
        body = _row(response.content)
        token, life = body.get("access_token"), str(body.get("expires_in", ""))
        if status != 200 or not isinstance(token, str) or not token:
            raise Misread(self._system, "the token endpoint gave no token", exchange)
        seconds = float(life) if life.isdecimal() else _UNSTATED_LIFE
        self._token = token
        self._good_until = self._clock() + max(seconds - _SKEW, seconds / 2)
        return token

    def _exchange(self, answer: str) -> Exchange:
        return Exchange(f"POST {httpx.URL(self._client.token_url).path}", answer)


def _row(content: bytes) -> Row:
    try:
        body = read_json(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}

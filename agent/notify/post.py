"""Sends one message, once, and says what came of it. Redirects are not followed.

The address itself is a secret, for whoever has it can write to the channel. So no error and no log
line repeats it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

import httpx

from agent.notify.addresses import NotAllowed, NotFound, Resolve, allowed, looked_up
from agent.notify.escaping import shortened
from tools.secrecy import Secrets
from tools.trust import trusted
from tools.verdict import retry_after

SECONDS = 15.0
CONNECT_SECONDS = 5.0
LONGEST_WAIT = 86_400.0
READ_BYTES = 2_000
TOLD = 200
SECRET_PART = 12
"""So long is a part of an address that is no word but a secret."""
_SECRET = re.compile(r"(?i)\b(sig|signature|token|code)=[^&\s\"'<>]+")


_SENDING: ContextVar[bool] = ContextVar("sending", default=False)


def _tells_no_address(_: logging.LogRecord) -> bool:
    """Keep what httpx logs of every request out of the log, where it is one of ours."""
    return not _SENDING.get()


class Came(StrEnum):
    """What came of sending.

    ``AGAIN``: it was not taken, or nobody knows; it is sent again, and consumers know it by its id.
    ``NEVER``: it will not be taken as it is.
    """

    ACCEPTED = "accepted"
    AGAIN = "again"
    NEVER = "never"


@dataclass(frozen=True)
class Parcel:
    """One message, ready to go."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str]
    internal: bool = False


@dataclass(frozen=True)
class Receipt:
    """What came of sending, in words; ``after`` is when the receiver wants to hear again."""

    came: Came
    said: str
    after: timedelta | None = None

    @property
    def accepted(self) -> bool:
        """Whether it was taken."""
        return self.came is Came.ACCEPTED


class Post:
    """Sends messages.

    Args:
        seconds: How long one message may take, everything told.
        resolve: Looks names up.
    """

    def __init__(self, seconds: float = SECONDS, resolve: Resolve = looked_up) -> None:
        self._seconds, self._resolve = seconds, resolve
        logging.getLogger("httpx").addFilter(_tells_no_address)
        # A connection is not kept: by its number alone, it might be another host's.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            verify=trusted(),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def send(self, parcel: Parcel) -> Receipt:
        """Send a message once."""
        mark = _SENDING.set(True)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._sent(parcel)
        except NotAllowed as error:
            return Receipt(Came.NEVER, f"not sent: {error}")
        except NotFound as error:
            return Receipt(Came.AGAIN, f"not sent: {error}")
        except (TimeoutError, httpx.TimeoutException):
            return Receipt(Came.AGAIN, f"no answer within {self._seconds:g} s")
        except httpx.HTTPError as error:
            return Receipt(Came.AGAIN, f"the connection failed ({type(error).__name__})")
        finally:
            _SENDING.reset(mark)

    async def _sent(self, parcel: Parcel) -> Receipt:
        place = await allowed(parcel.url, parcel.internal, self._resolve)
        headers = {
            **parcel.headers,
            "host": place.url.netloc.decode("ascii"),
            "accept-encoding": "identity",
            "user-agent": "concord",
        }
        request = self._client.build_request(
            "POST",
            place.direct,
            content=parcel.body,
            headers=headers,
            extensions={"sni_hostname": place.url.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            return _receipt(response, await _beginning(response, _secrets(place.url)))
        finally:
            await response.aclose()


def _receipt(response: httpx.Response, text: str) -> Receipt:
    status = response.status_code
    said = f"HTTP {status}" + (f": {text}" if text else "")
    if response.is_success:
        return Receipt(Came.ACCEPTED, f"accepted with HTTP {status}, not seen")
    if response.is_redirect:
        return Receipt(Came.NEVER, f"HTTP {status}: redirects are not followed")
    if status in {408, 425, 429} or status >= 500:
        return Receipt(Came.AGAIN, said, _after(response.headers))
    return Receipt(Came.NEVER, said)


def _after(headers: httpx.Headers) -> timedelta | None:
    asked = retry_after(headers)
    return None if asked is None else timedelta(seconds=min(asked, LONGEST_WAIT))


def _secrets(url: httpx.URL) -> Secrets:
    """Return what of an address is for us alone: whoever knows it may send as we do."""
    parts = [part for part in url.path.split("/") if len(part) >= SECRET_PART]
    return Secrets((url.raw_path.decode("ascii"), url.path, *parts, *url.params.values()))


async def _beginning(response: httpx.Response, secrets: Secrets) -> str:
    """Return how an answer begins, as one line without secrets."""
    if response.is_success:
        return ""
    read = b""
    async for some in response.aiter_raw():
        read += some
        if len(read) >= READ_BYTES:
            break
    text = secrets.out_of(read[:READ_BYTES].decode("utf-8", "replace"))
    return _SECRET.sub(r"\1=…", shortened(text, TOLD))

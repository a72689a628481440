"""Where notifications may be sent: never into the own network, unless a route says so.

A route's address is configured, and still it may lead anywhere once its name is looked up. So what
a name resolves to is checked, and exactly that is connected to: a second look-up cannot say
something else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import httpx

Resolve: TypeAlias = Callable[[str, int], Awaitable[tuple[str, ...]]]
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"

PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(ValueError):
    """The address is none that may be sent to; whoever wrote the route reacts."""


class NotFound(OSError):
    """The name leads nowhere just now; it is tried again."""


@dataclass(frozen=True)
class Place:
    """An address that was looked up and may be sent to: by ``ip``, under the name of ``url``."""

    url: httpx.URL
    ip: str

    @property
    def direct(self) -> httpx.URL:
        """The address by number."""
        return self.url.copy_with(host=self.ip)


async def looked_up(host: str, port: int) -> tuple[str, ...]:
    """Return every number a name stands for."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise NotFound("its name is not known") from error
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


async def allowed(url: str, internal: bool, resolve: Resolve = looked_up) -> Place:
    """Return the place an address leads to.

    Raises:
        NotAllowed: Notifications are not sent there.
        NotFound: Its name leads nowhere just now.
    """
    place = _parsed(url)
    port = place.port or PORTS[place.scheme]
    found = await resolve(place.host, port)
    if not found:
        raise NotFound("its name is not known")
    for one in found:
        _check(_number(one), place.scheme, internal)
    return Place(place, found[0])


def _parsed(url: str) -> httpx.URL:
    try:
        place = httpx.URL(url)
    except httpx.InvalidURL:
        raise NotAllowed("it is no address") from None
    if place.scheme not in PORTS or not place.host:
        raise NotAllowed("it does not begin with https://")
    if place.userinfo:
        raise NotAllowed("it holds a user or password")
    return place


def _number(text: str) -> Address:
    number = ipaddress.ip_address(text.partition("%")[0])
    inner = number.ipv4_mapped or number.sixtofour if number.version == 6 else None
    if number.version == 6 and number in _NAT64:
        inner = ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
    return inner or number


def _check(number: Address, scheme: str, internal: bool) -> None:
    if scheme == "http" and not number.is_loopback:
        raise NotAllowed("http is for this machine only; it must be https")
    if number.is_link_local or number.is_multicast or number.is_unspecified:
        raise NotAllowed("nobody's notifications are read there")
    if not number.is_global and not internal:
        raise NotAllowed("it lies inside a private network; the route must say internal = true")

"""What an identity provider says of itself, as far as it is followed.

Its document names where codes are changed for tokens, with our secret, and where its keys lie. A
document is no reason to ask a machine that nobody configured: an address counts on the issuer's
own host, or on one the operator named, and never with less protection than the issuer has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

HOSTS = "CONCORD_OIDC_HOSTS"
_PORTS = {"http": 80, "https": 443}


class Elsewhere(ValueError):
    """The document leads somewhere it is not followed to; an integrator looks."""


@dataclass(frozen=True)
class Endpoints:
    """Where a provider does what."""

    authorization: str
    token: str
    keys: str


def endpoints_of(said: Mapping[str, Any], issuer: str, hosts: Collection[str]) -> Endpoints:
    """Return where a provider does what, by its own document.

    Args:
        said: The document.
        issuer: The provider's address, as it is configured.
        hosts: Other hosts it may name, in small letters, with a port unless it is the usual one.

    Raises:
        Elsewhere: It names an address that is not followed.
    """

    def place(name: str) -> str:
        found = str(said.get(name, ""))
        if not _followed(found, urlsplit(issuer), hosts):
            raise Elsewhere(f"its {name} is not on the issuer's host, nor on one of {HOSTS}")
        return found

    return Endpoints(
        authorization=place("authorization_endpoint"),
        token=place("token_endpoint"),
        keys=place("jwks_uri"),
    )


def hosts_of(named: str) -> frozenset[str]:
    """Return the hosts that ``HOST,HOST:PORT`` names."""
    return frozenset(one.strip().lower() for one in named.split(",") if one.strip())


def _followed(address: str, issuer: SplitResult, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(address)
        where, own = _origin(parts), _origin(issuer)
    except ValueError:
        return False
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return False
    return where == own or (parts.scheme == "https" and parts.netloc.lower() in hosts)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)

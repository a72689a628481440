"""Who may log on to the servers: users, OAuth clients, sessions with their CSRF tokens.

Every secret follows from the world's seed, so a world is the same each time it is made. They open
nothing but a sandbox on loopback.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

TOKEN_LIFE = timedelta(hours=1)


@dataclass
class Session:
    """One session of the gateway: whose, its token, its load balancer's mark, when last used."""

    user: str
    token: str
    route: str
    seen: datetime


@dataclass
class Access:
    """Credentials, sessions and tokens of one world."""

    secret: str = "sandbox"
    users: dict[str, str] = field(default_factory=lambda: {"CONCORD": "plant-in-a-box"})
    clients: dict[str, str] = field(default_factory=lambda: {"concord": "plant-in-a-box"})
    api_keys: set[str] = field(default_factory=lambda: {"plant-in-a-box"})
    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict[str, tuple[str, datetime]])
    drawn: int = 0

    def draw(self, length: int = 32) -> str:
        """Return a new unguessable-looking text that follows from the secret and the count."""
        self.drawn += 1
        digest = hashlib.sha256(f"{self.secret}/{self.drawn}".encode()).hexdigest()
        return digest[:length]

    def issue(self, client: str, secret: str, now: datetime) -> str | None:
        """Return a bearer token for an OAuth client, None if it is not known."""
        if self.clients.get(client) != secret or not client:
            return None
        token = self.draw(48)
        self.tokens[token] = (client, now + TOKEN_LIFE)
        return token

    def principal(self, headers: Mapping[str, str], now: datetime) -> str | None:
        """Return who sent these headers (basic or bearer), None if nobody known did."""
        kind, _, value = headers.get("authorization", "").partition(" ")
        match kind.lower():
            case "basic":
                user, password = basic(value) or ("", "")
                return user if user and self.users.get(user) == password else None
            case "bearer":
                client, until = self.tokens.get(value.strip(), ("", now))
                return client if now < until else None
            case _:
                return None

    def forget(self) -> None:
        """End every session and withdraw every token, as a restart of the server does."""
        self.sessions.clear()
        self.tokens.clear()


def basic(value: str) -> tuple[str, str] | None:
    """Return user and password of a basic authorization, None if it is malformed."""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None

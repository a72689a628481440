"""Links in notifications: signed, and good for a while. One opens a page and signs nobody in.

A link names its case and its end; the signature vouches for both. Several keys count while one is
being changed: the first signs, and the others still open what they signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from agent import chance
from agent.records.seal import create
from agent.settings import Settings

LASTS = timedelta(days=7)
KEY_FILE = "links.key"


@dataclass(frozen=True)
class Links:
    """Makes and checks links.

    Args:
        keys: The keys; the first one signs.
        address: Where people reach the service; without it there are no links.
    """

    keys: Sequence[str]
    address: str | None

    def to(self, case: str, written_at: datetime) -> str | None:
        """Return the link to a case, in a notification that was written at a time."""
        if self.address is None:
            return None
        until = int((written_at + LASTS).timestamp())
        query = urlencode({"until": until, "mark": _mark(self.keys[0], case, str(until))})
        return f"{self.address.rstrip('/')}/open/{quote(case, safe='')}?{query}"

    def opens(self, case: str, until: str, mark: str, now: datetime) -> bool:
        """Return whether a link was made here and is still good."""
        given = mark.encode("utf-8", "surrogatepass")
        known = [hmac.compare_digest(_mark(key, case, until).encode(), given) for key in self.keys]
        if not any(known):
            return False
        return now < datetime.fromtimestamp(int(until), UTC)


def links_of(settings: Settings) -> Links:
    """Return the links of an installation; its own key is made at first use."""
    if settings.link_keys is None:
        return Links((_own(settings),), settings.public_url)
    return Links(tuple(settings.link_keys.get_secret_value().split()), settings.public_url)


def _own(settings: Settings) -> str:
    path = settings.home / KEY_FILE
    if not path.exists():
        create(path, chance.secret().encode())
    return path.read_text("ascii")


def _mark(key: str, case: str, until: str) -> str:
    said = f"open\n{case}\n{until}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()

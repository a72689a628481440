"""Secrets, taken out of what others say to us before anybody reads or keeps it.

A server that breaks may answer with the request it got: an error page that lists every header, a
proxy that quotes them, a refusal that repeats the key. What we sent to prove who we are is taken
out in every form it may come back in.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, quote_plus

SHORTEST = 6
"""What is shorter proves nothing, and taking it out would spoil what is said."""

GONE = "…"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What proves who we are, word by word."""

    words: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of_headers(cls, headers: Mapping[str, str], *more: str | None) -> Secrets:
        """Return what headers prove by, each value whole and in its parts, and some words more."""
        words = [word for name, value in headers.items() for word in _parts(name.lower(), value)]
        return cls((*words, *(word for word in more if word)))

    def out_of(self, text: str) -> str:
        """Return a text without them."""
        for form in _forms(self.words):
            text = text.replace(form, GONE)
        return text

    def out_of_bytes(self, body: bytes) -> bytes:
        """Return a body without them; all else in it stays as it is, text or not."""
        for form in _forms(self.words):
            body = body.replace(form.encode(), GONE.encode())
        return body


def forms(word: str) -> Iterator[str]:
    """Return a word as others may write it: as it is, quoted for JSON, HTML and URLs, encoded."""
    yield word
    yield json.dumps(word)[1:-1]
    yield json.dumps(word, ensure_ascii=False)[1:-1]
    yield html.escape(word)
    yield quote(word, safe="")
    yield quote(word)
    yield quote_plus(word)
    encoded = word.encode()
    yield base64.b64encode(encoded).decode().rstrip("=")
    yield base64.urlsafe_b64encode(encoded).decode().rstrip("=")


@lru_cache(maxsize=64)
def _forms(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return every form of every word, longest first: what holds another goes as a whole.

    A connection proves itself by the same words, answer after answer.
    """
    found = {form for word in words if len(word) >= SHORTEST for form in forms(word)}
    return tuple(sorted(found, key=len, reverse=True))


def _parts(name: str, value: str) -> Iterator[str]:
    """Return what a header's value proves by: a scheme before it, or a cookie's name, does not."""
    if name == "cookie":
        yield from (one.partition("=")[2].strip() for one in value.split(";"))
        return
    yield value
    scheme, _, rest = value.partition(" ")
    yield rest.strip()
    if scheme.lower() == "basic":
        pair = _pair(rest)
        yield from (pair, pair.partition(":")[2])


def _pair(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode()
    except (binascii.Error, ValueError):
        return ""

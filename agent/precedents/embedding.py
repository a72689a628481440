"""Embedders: how a card becomes a vector. The default hashes, needs no model and no network."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from typing import Protocol

from agent.precedents.card import Card

WORD = re.compile(r"[^\W_]+", re.UNICODE)


class Embedder(Protocol):
    """Turns cards into vectors of one dimension; None means that its first vector tells which."""

    name: str

    @property
    def dimension(self) -> int | None:
        """How many numbers a vector has."""
        ...

    def embed(self, card: Card) -> list[float]:
        """Return the vector of a card, of length one."""
        ...


class Hashing:
    """Hashes words, character n-grams and features into one vector.

    N-grams let *Ausschuß* and *Ausschuss*, or a typing error, still meet; features weigh most,
    because the same material at the same place is a better sign than the same words.
    """

    name = "hashing-1"
    dimension = 384

    def embed(self, card: Card) -> list[float]:
        """Return the vector of a card."""
        vector = [0.0] * self.dimension
        for token, weight in _tokens(card):
            digest = hashlib.blake2b(token.encode(), digest_size=8).digest()
            place = int.from_bytes(digest[:4], "big") % self.dimension
            vector[place] += weight if digest[4] & 1 else -weight
        length = math.sqrt(sum(value * value for value in vector)) or 1.0
        return [value / length for value in vector]


def _tokens(card: Card) -> Iterator[tuple[str, float]]:
    for feature in card.features:
        yield f"f:{feature}", 2.0
    for word in WORD.findall(card.words.lower()):
        yield f"w:{word}", 1.0
        padded = f" {word} "
        for size in (3, 4):
            for start in range(len(padded) - size + 1):
                yield f"n:{padded[start : start + size]}", 0.3

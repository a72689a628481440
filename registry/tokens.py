"""How many tokens a text has, about: counted from its pieces, without any model's vocabulary.

A word of up to seven letters counts as one token, a longer one as one for every five letters, a
number as one for every three digits, any other sign as one; a blank goes with what follows it. A
code such as ``PK-BOX-L`` counts piece by piece. It is an estimate for budgets, on the high side for
prose; what a provider bills is in its answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

PER_MESSAGE = 4

_PIECE = re.compile(r"[^\W\d_]+|\d+|\n+|[^\s]")
_SHORT, _LETTERS, _DIGITS = 7, 5, 3


def estimated(text: str) -> int:
    """Return about how many tokens a text has."""
    return sum(_tokens(piece) for piece in _PIECE.findall(text))


def estimated_of(messages: Iterable[str]) -> int:
    """Return about how many tokens messages have, with what a chat format adds to each."""
    return sum(estimated(text) + PER_MESSAGE for text in messages)


def _tokens(piece: str) -> int:
    if piece.isalpha():
        own = all(sign < "\u0250" for sign in piece)
        if not own:
            return len(piece)
        return 1 if len(piece) <= _SHORT else math.ceil(len(piece) / _LETTERS)
    return math.ceil(len(piece) / _DIGITS) if piece.isdecimal() else 1

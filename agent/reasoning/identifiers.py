"""Which identifiers a text names, and which of them nobody has ever reported.

An identifier is a word with a digit in it that could name something: an order, a material, a
batch, a document, a message. A count (``12``, ``3.5``), a percentage and a number with its unit
(``70 ST``, ``250kg``) are none, as long as they have fewer than five digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

_WORD = re.compile(r"[^\W_](?:[\w.,:/#-]*\w)?")
_APART = re.compile(r"[/,:;#]")
_AMOUNT = re.compile(r"\d+(?:[.,:-]\d+)*([a-zA-Z%]*)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")
_UNIQUE = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_DIGITS = 5
_MEASURES = re.compile("%|x|st|nd|rd|th|h|s|d|min|kg|g|mg|t|l|ml|m|mm|cm|km|pc|pcs|ea|stk", re.I)


def invented(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return the identifiers of a text that are not among the known ones, in order."""
    return tuple(dict.fromkeys(word for word in _words(text) if not _told(word, known)))


def identifiers(value: Any) -> frozenset[str]:
    """Return everything in JSON-plain data that could serve as an identifier, in one spelling."""
    return frozenset(_spellings(value))


def _spellings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield from _of_text(value)
        case bool() | None:
            return
        case int() | float():
            yield _spelt(str(value))
        case Mapping():
            for name, one in cast("Mapping[str, Any]", value).items():
                yield from _spellings(name)
                yield from _spellings(one)
        case Sequence():
            for one in cast("Sequence[Any]", value):
                yield from _spellings(one)
        case _:
            return


def _of_text(value: str) -> Iterator[str]:
    yield _spelt(value)
    for word in _WORD.findall(value):
        yield _spelt(word)
        if _UNIQUE.fullmatch(_spelt(word)):
            yield _spelt(word)[:8]
        yield from (_spelt(piece) for piece in _APART.split(word))
    for day, time in _MOMENT.findall(value):
        yield from (day, time)


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if _names(word):
            yield word


def _names(word: str) -> bool:
    digits = sum(sign.isdigit() for sign in word)
    if not digits:
        return False
    amount = _AMOUNT.fullmatch(word)
    measured = amount is not None and (not amount[1] or _MEASURES.fullmatch(amount[1]))
    return not (measured and digits < _DIGITS)


def _told(word: str, known: frozenset[str]) -> bool:
    """Return whether a word, or every piece of it that has a digit, was reported."""
    if _spelt(word) in known or _spelt(_THOUSANDS.sub("", word)) in known:
        return True
    pieces = _APART.split(word)
    return len(pieces) > 1 and all(
        _spelt(piece) in known for piece in pieces if any(sign.isdigit() for sign in piece)
    )


def _spelt(word: str) -> str:
    """Return a word in one spelling: upper case, and a number without leading zeros."""
    upper = word.strip().upper()
    return upper.lstrip("0") or "0" if upper.isdecimal() else upper

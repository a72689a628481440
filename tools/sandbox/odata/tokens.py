"""The words of a ``$filter``: names, literals, parentheses, commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tools.sandbox.odata.errors import MALFORMED, SapError, wrong

LONGEST = 20_000
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()
      | (?P<close>\))
      | (?P<comma>,)
      | (?P<literal>
            (?:datetimeoffset|datetime|guid|time)'[^']*'
          | '(?:[^']|'')*'
          | [+-]?\d[\w.]*(?:(?<=[eE])[+-]\d+)?\w*
          | (?:true|false|null)(?![\w/])
        )
      | (?P<name>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)
    )""",
    re.VERBOSE,
)


class Word(StrEnum):
    """What a token is."""

    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    LITERAL = "literal"
    NAME = "name"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a filter and where it stands."""

    word: Word
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Split a filter into its words; the last is the end."""
    if len(text) > LONGEST:
        raise wrong(MALFORMED, f"A filter has at most {LONGEST} characters")
    found: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise unexpected(text[at : at + 20].strip(), at)
        found.append(Token(Word(match.lastgroup), match[match.lastgroup], match.start()))
        at = match.end()
    return [*found, Token(Word.END, "the end", end)]


def unexpected(text: str, at: int) -> SapError:
    """Return the refusal of a word that does not belong there."""
    return wrong(MALFORMED, f"Invalid filter: unexpected {text!r} at position {at}")

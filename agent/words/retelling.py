"""Sentences that were written down in English, said in the reader's language after all.

Why a case ended, or a posting was refused, is kept as the sentence it was: the audit is not to
depend on a catalogue. Each of them was made from a template, and the templates are those the
catalogue knows; so the template and its values are found again in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from agent.case.text import Text
from agent.words.catalog import Language, catalogue

FEWEST_LETTERS = 8
"""A template of fewer letters beside its values would be found in anything."""
PLACE = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=4096)
def found_again(sentence: str) -> Text:
    """Return the template and the values a sentence was made from; itself where none fits."""
    for shape, template in _shapes():
        match = shape.fullmatch(sentence)
        if match is not None:
            values = ((name, found_again(said)) for name, said in match.groupdict().items())
            return Text(template, tuple((name, _plain(said)) for name, said in values))
    return Text(_literally(sentence))


def _plain(said: Text) -> Text | str:
    """Return what has no values as the word it is."""
    return said if said.values else str(said)


def _literally(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")


@cache
def _shapes() -> Sequence[tuple[re.Pattern[str], str]]:
    """Return what sentences of each template look like, the wordiest first."""
    known = (one for one in catalogue(Language.DE) if PLACE.search(one))
    wordy = (one for one in known if _letters(one) >= FEWEST_LETTERS)
    return [(_shape(one), one) for one in sorted(wordy, key=_letters, reverse=True)]


def _letters(template: str) -> int:
    return sum(letter.isalpha() for letter in PLACE.sub("", template))


def _shape(template: str) -> re.Pattern[str]:
    pieces, seen = list[str](), set[str]()
    for index, piece in enumerate(PLACE.split(template)):
        if index % 2 == 0:
            pieces.append(re.escape(piece))
        else:
            pieces.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>.+?)")
            seen.add(piece)
    return re.compile("".join(pieces), re.DOTALL)

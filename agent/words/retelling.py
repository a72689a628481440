"""Sentences that were written down in English, said in the reader's language after all.

Why a case ended, or a posting was refused, is kept as the sentence it was: the audit is not to
depend on a catalogue. Each of them was made from a template, and the templates are those the
catalogue knows; so the template and its values are found again in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from agent.case.text import Text
from agent.words.catalog import Language, catalogue

FEWEST_LETTERS = 8
"""A template of fewer letters beside its values would be found in anything."""
LONGEST = 2_000
"""A longer sentence is shown as it is: what a system wrote of any length is part of some."""

PLACE = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=4096)
def found_again(sentence: str) -> Text:
    """Return the template and the values a sentence was made from; itself where none fits."""
    for shape in _shapes() if len(sentence) <= LONGEST else ():
        values = shape.values_in(sentence)
        if values is not None:
            said = tuple((name, _plain(found_again(one))) for name, one in values.items())
            return Text(shape.template, said)
    return Text(_literally(sentence))


@dataclass(frozen=True)
class _Shape:
    """A template taken apart: words that stand still, and the names of what stands between them."""

    template: str
    still: tuple[str, ...]
    names: tuple[str, ...]

    def values_in(self, sentence: str) -> dict[str, str] | None:
        """Return the values a sentence has in the template's places; None if it does not fit.

        Each place ends where the next words that stand still are found first. Nothing is tried
        twice: the sentence may hold what a stranger wrote.
        """
        first, *inner, last = self.still
        end = len(sentence) - len(last)
        if not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        found, at = dict[str, str](), len(first)
        for name, words in zip(self.names, [*inner, None], strict=True):
            until = end if words is None else sentence.find(words, at + 1, end)
            if until <= at or found.setdefault(name, sentence[at:until]) != sentence[at:until]:
                return None
            at = until + len(words or "")
        return found


def _plain(said: Text) -> Text | str:
    """Return what has no values as the word it is."""
    return said if said.values else str(said)


def _literally(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")


@cache
def _shapes() -> Sequence[_Shape]:
    """Return what sentences of each template look like, the wordiest first."""
    known = (one for one in catalogue(Language.DE) if PLACE.search(one))
    wordy = (one for one in known if _letters(one) >= FEWEST_LETTERS)
    return [_shape(one) for one in sorted(wordy, key=_letters, reverse=True)]


def _letters(template: str) -> int:
    return sum(letter.isalpha() for letter in PLACE.sub("", template))


def _shape(template: str) -> _Shape:
    pieces = PLACE.split(template)
    return _Shape(template, tuple(pieces[::2]), tuple(pieces[1::2]))

"""Which language a question is written in: by the small words only one of them has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from agent.words.catalog import Language

_WORD = re.compile(r"[^\W\d_]+")
_UMLAUTS = frozenset("äöüß")


@cache
def small_words() -> Mapping[Language, frozenset[str]]:
    """Return the words that tell the languages apart."""
    text = files("agent.reasoning.chat").joinpath("small_words.toml").read_text("utf-8")
    return {Language(name): frozenset(words.split()) for name, words in tomllib.loads(text).items()}


def language_of(texts: Iterable[str], otherwise: Language = Language.EN) -> Language:
    """Return the language of the first text that shows one."""
    for text in texts:
        words = [word.lower() for word in _WORD.findall(text)]
        marks = {
            language: sum(word in known for word in words)
            for language, known in small_words().items()
        }
        marks[Language.DE] += sum(not _UMLAUTS.isdisjoint(word) for word in words)
        if marks[Language.EN] != marks[Language.DE]:
            return max(marks, key=lambda language: marks[language])
    return otherwise

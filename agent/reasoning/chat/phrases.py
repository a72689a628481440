"""Sentences in the language of the turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.case.text import Text
from agent.plain import load
from agent.reasoning.chat.showing import shown
from agent.words.catalog import Language, translator


class Say:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._translated = translator(language)

    def __call__(self, template: str, **values: object) -> str:
        """Say a sentence. Its values are put in as they are: the caller has made them harmless."""
        return self._translated(template).format(**values)

    def word(self, name: str) -> str:
        """Say the name of a state, cause or role."""
        return self._translated(name.replace("_", " "))

    def text(self, plain: Mapping[str, Any]) -> str:
        """Say a recorded sentence, its values made harmless."""
        return _harmless(load(Text, plain)).said(self._translated)


def _harmless(sentence: Text) -> Text:
    values = (
        (name, _harmless(value) if isinstance(value, Text) else shown(value) if value else value)
        for name, value in sentence.values
    )
    return Text(sentence.template, tuple(values))

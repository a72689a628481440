"""Sentences in the language of the turn: English in the code, German in ``german.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from agent.case.text import Text
from agent.plain import load
from agent.reasoning.chat.showing import shown
from agent.reasoning.chat.turn import Language


@cache
def german() -> Mapping[str, str]:
    """Return the German of every English template."""
    return tomllib.loads(files("agent.reasoning.chat").joinpath("german.toml").read_text("utf-8"))


class Say:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, template: str, **values: object) -> str:
        """Say a sentence. Its values are put in as they are: the caller has made them harmless."""
        return self._translated(template).format(**values)

    def word(self, name: str) -> str:
        """Say the name of a state, cause or role."""
        return self._translated(name.replace("_", " "))

    def text(self, plain: Mapping[str, Any]) -> str:
        """Say a recorded sentence, its values made harmless."""
        sentence = load(Text, plain)
        values = tuple((name, shown(value) if value else value) for name, value in sentence.values)
        return Text(sentence.template, values).said(self._translated)

    def _translated(self, template: str) -> str:
        if self.language is Language.DE:
            return german().get(template, template)
        return template

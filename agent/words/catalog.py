"""What people read, in their language: English stands in the code, German in ``de/*.po``.

Every ``.po`` file of a language's folder is read, whatever its name: an area or a playbook brings
its own. A sentence no file has is said in English.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel.messages.pofile import read_po

from agent.case.text import Translate


class Language(StrEnum):
    """The languages people can be spoken to in."""

    EN = "en"
    DE = "de"


class ContradictoryWords(Exception):
    """Two files say the same sentence differently; a developer reacts."""


def translator(language: Language) -> Translate:
    """Return what turns an English template into its template in a language.

    The name of a state (``in_progress``) is said as its words are.
    """
    if language is Language.EN:
        return str
    words = catalogue(language)

    def translated(template: str) -> str:
        found = words.get(template)
        return found or words.get(template.replace("_", " "), template)

    return translated


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all sentences of a language by their English template.

    Raises:
        ContradictoryWords: Two files say the same sentence differently.
    """
    words: dict[str, str] = {}
    for file in _files(language):
        for english, said in _sentences(file):
            if words.setdefault(english, said) != said:
                raise ContradictoryWords(f"{file.name}: '{english}' is said differently elsewhere")
    return words


def _files(language: Language) -> list[Traversable]:
    folder = files("agent.words").joinpath(language.value)
    return [file for file in folder.iterdir() if file.name.endswith(".po")]


def _sentences(file: Traversable) -> list[tuple[str, str]]:
    found = read_po(io.BytesIO(file.read_bytes()), abort_invalid=True)
    return [
        (str(message.id), str(message.string))
        for message in found
        if message.id and message.string and not message.fuzzy
    ]

"""What a question names: words that have the shape of an identifier, and what they are said to be.

A shape is only a reason to look something up. What a word stands for is what records and systems
know it as; where nothing knows it, that is said, and where several do, the person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tools.objects.identifiers import normal

MOST = 4

CASE = re.compile(r"\bc-[a-z2-7]{12}\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_][\w./-]*[^\W_]|[^\W_]")
_NUMBER = re.compile(r"\d{4,18}")
_SLASHED = re.compile(r"[A-Za-z]?\d{1,12}/\d{1,8}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{2,39}")


class Kind(StrEnum):
    """What can be asked about."""

    CASE = "case"
    ORDER = "order"
    MATERIAL = "material"
    DOCUMENT = "document"
    CONFIRMATION = "confirmation"


SAID_TO_BE: Mapping[str, Kind] = {
    "case": Kind.CASE,
    "fall": Kind.CASE,
    "order": Kind.ORDER,
    "auftrag": Kind.ORDER,
    "auftrags": Kind.ORDER,
    "fertigungsauftrag": Kind.ORDER,
    "prozessauftrag": Kind.ORDER,
    "material": Kind.MATERIAL,
    "artikel": Kind.MATERIAL,
    "part": Kind.MATERIAL,
    "document": Kind.DOCUMENT,
    "beleg": Kind.DOCUMENT,
    "belegs": Kind.DOCUMENT,
    "materialbeleg": Kind.DOCUMENT,
    "confirmation": Kind.CONFIRMATION,
    "rückmeldung": Kind.CONFIRMATION,
}
"""What the word before an identifier says it is."""

PLANT_WORDS = frozenset({"plant", "werk", "site"})


@dataclass(frozen=True)
class Named:
    """A word that may identify something. ``sure`` means that it can hardly be anything else."""

    word: str
    kinds: tuple[Kind, ...]
    sure: bool


@dataclass(frozen=True)
class Names:
    """What a text names: possible identifiers, and plants."""

    named: tuple[Named, ...]
    plants: tuple[str, ...]


def names_in(text: str, plants: Collection[str]) -> Names:
    """Return what a text names, in order, each once."""
    found: dict[str, Named] = {}
    places: dict[str, None] = {}
    for before, token in _tokens(text):
        if token in plants and (before in PLANT_WORDS or before not in SAID_TO_BE):
            places[token] = None
            continue
        named = _named(token, SAID_TO_BE.get(before))
        if named is not None:
            found.setdefault(named.word, named)
    return Names(tuple(found.values())[:MOST], tuple(places))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Walk the words of a text, each with the one before it."""
    before = ""
    for match in _TOKEN.finditer(text):
        token = match.group().strip("./")
        if token:
            yield before, token
            before = token.lower()


def _named(token: str, said: Kind | None) -> Named | None:
    if CASE.fullmatch(token):
        return Named(token.lower(), (Kind.CASE,), sure=True)
    if _SLASHED.fullmatch(token):
        return Named(token.upper(), (Kind.DOCUMENT, Kind.CONFIRMATION), sure=True)
    if _NUMBER.fullmatch(token):
        kinds = (said,) if said else (Kind.ORDER, Kind.DOCUMENT, Kind.MATERIAL)
        return Named(normal(token), kinds, sure=True)
    if not _CODE.fullmatch(token) or not token.isascii():
        return None
    digits = any(sign.isdigit() for sign in token)
    capitals = token.isupper() and len(token) > 3
    if not (digits or capitals or "-" in token):
        return None
    kinds = (said,) if said else (Kind.MATERIAL, Kind.CONFIRMATION, Kind.DOCUMENT)
    return Named(normal(token), kinds, sure=digits or said is not None)

"""Names of people in what somebody wrote, by the form they stand in.

Recognised are a name after an address (``Frau Zander``, ``Mr. J. Smith``), a signature
(``gez. Zander``, ``signed Smith``, ``-- Anna Zander`` at the end of a line), a colleague or a role
(``Kollege Zander``, ``operator Smith``), somebody to be asked (``ask Anna``, ``Rücksprache mit
Zander``) and initials with a surname (``A. Zander``). A bare name in the middle of a sentence looks
like any other word; only a list of people knows it.

German writes every noun with a capital, so what follows ``ask`` or ``Kollege`` may be a department:
the usual ones are let through. Else a word too many is hidden rather than a name shown; it comes
back when the text is restored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

_WORD = r"[A-ZÄÖÜÀ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_LETTER = r"[A-ZÄÖÜ]\."
_TITLES = r"(?:(?:Dr|Prof|Ing|Dipl\.-Ing)\.? ?)*"
_FULL = rf"(?:{_LETTER} ?)*{_WORD}(?: {_LETTER})*(?: {_WORD})?(?!\w)"

_DEPARTMENTS = "|".join(
    (
        "Lager",
        "Logistik",
        "Qualität",
        "QS",
        "Instandhaltung",
        "Planung",
        "Produktion",
        "Fertigung",
        "Einkauf",
        "Labor",
        "Werkzeugbau",
        "Schicht",
        "Frühschicht",
        "Spätschicht",
        "Nachtschicht",
        "Maintenance",
        "Quality",
        "Planning",
        "Production",
        "Purchasing",
        "Warehouse",
        "Logistics",
        "Stores",
        "Shift",
        "SAP",
        "MES",
        "ERP",
    )
)
_ADDRESS = r"(?:Herrn?|Hrn?\.|Frau|Fr\.|Mrs?\.?|Ms\.?|Miss|Dr\.|Prof\.)"
_SIGNED = r"(?:[Gg]ez\.|[Gg]ezeichnet|[Uu]nterschrift|[Ss]igned(?: by)?|[Ss]gd\.?|i\. ?[AV]\.)"
_GREETED = r"(?:MfG|[VL]G|Grüße|Gruß|[Rr]egards|[Cc]heers|[Tt]hanks)"
_ROLE = (
    r"(?:[Kk]olleg(?:e|en|in)|[Cc]olleague|[Oo]perator|[Ss]upervisor|[Ff]oreman|[Pp]lanner"
    r"|[Ss]hift lead(?:er)?|Bediener(?:in)?|Werker(?:in)?|Vorarbeiter(?:in)?|Meister(?:in)?"
    r"|Schichtf(?:ü|ue)hrer(?:in)?|Schichtleiter(?:in)?|Disponent(?:in)?)"
)
_CONSULTED = (
    r"(?:[Aa]sk(?:ed)?|[Tt]old(?: by)?|[Ss]poke (?:to|with)|[Ff]rag(?:e|t)?(?: mal)?"
    r"|[Rr]ückfragen? (?:bei|an)|[Rr]ücksprache mit|[Aa]bsprache mit|[Bb]esprochen mit)"
)
_LEAD = "|".join(
    (
        rf"(?<!\w){_ADDRESS} +{_TITLES}",
        rf"(?<!\w){_SIGNED}:? +{_TITLES}",
        rf"(?<!\w){_GREETED},?\s+{_TITLES}",
        rf"(?<!\w){_ROLE}:? +(?!(?:{_DEPARTMENTS})\b){_TITLES}",
        rf"(?<!\w){_CONSULTED} +(?!(?:{_DEPARTMENTS})\b){_TITLES}",
    )
)
FORMS = re.compile(
    rf"(?P<lead>{_LEAD})(?P<led>{_FULL})"
    rf"|(?P<dash>(?:^|\s)(?:--|—|–) ?)(?P<dashed>{_FULL})(?=[ .]*$)"
    rf"|(?<![\w.])(?<!\b[a-z]\. )(?P<short>(?:{_LETTER} ?)+[A-ZÄÖÜ][a-zäöüß][^\W\d_]+(?!\w))",
    re.MULTILINE,
)
_SPOKEN = re.compile(r"(?<![\w#.'’-])[^\W\d_][\w.'’-]*")
_FEW = re.compile(r"[\w.'’-]+(?: [\w.'’-]+){0,3}")
_LETTERS = 3


def recognised(found: re.Match[str]) -> tuple[str, str]:
    """Return what stands before a recognised name, and the name."""
    lead = found["lead"] or found["dash"] or ""
    return lead, found["led"] or found["dashed"] or found["short"]


def met(text: str) -> Iterable[str]:
    """Return the names a text holds in a form that gives them away."""
    return (recognised(found)[1] for found in FORMS.finditer(text))


class Roll:
    """The people who are known by name: found in any text, whatever stands around them.

    A full name or a user name is known in any spelling of its case, a part of a name (three letters
    or more) where it begins with a capital: names are words too.

    Args:
        names: Who is listed.
        met: Names that were recognised by their form, each word of which may stand alone elsewhere.
    """

    def __init__(self, names: Iterable[str] = (), met: Iterable[str] = ()) -> None:
        self._whole: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        for name in names:
            whole = " ".join(name.split())
            if len(whole) < _LETTERS:
                continue
            self._whole.setdefault(whole.casefold(), whole)
            words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", whole)
            for word in words if not whole.isalnum() else ():
                if len(word) >= _LETTERS:
                    self._parts.setdefault(word.casefold(), whole)
        for name in met:
            for word in re.findall(rf"[^\W\d_]{{{_LETTERS},}}", name):
                self._parts.setdefault(word.casefold(), name)
        first = (name.partition(" ")[0].rstrip(".'’-") for name in self._whole)
        self._beginnings = frozenset((*first, *self._parts))

    @cached_property
    def empty(self) -> bool:
        """Whether nobody is listed."""
        return not self._parts and not self._whole

    def whole(self, said: str) -> str | None:
        """Return the full name that a spelling, or a part of a name, belongs to."""
        folded = said.casefold()
        return self._whole.get(folded) or self._parts.get(folded)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Return where people are named in a text, one after the other."""
        end = 0
        for word in _SPOKEN.finditer(text):
            if word.start() >= end and self._begins(word.group()):
                length = self._longest(text, word.start())
                if length:
                    end = word.start() + length
                    yield word.start(), end

    def _begins(self, word: str) -> bool:
        """Return whether a name may begin with a word; cheap, since most words begin none."""
        return not self._beginnings.isdisjoint(_spellings(word.casefold()))

    def _longest(self, text: str, start: int) -> int:
        """Return the length of the longest name that begins at a place; 0 where none does."""
        words = _FEW.match(text, start)
        said = words.group() if words else ""
        while said:
            for one in _spellings(said):
                if one.casefold() in self._whole:
                    return len(one)
                if " " not in one and one[:1].isupper() and one.casefold() in self._parts:
                    return len(one)
            said = said.rpartition(" ")[0]
        return 0


def _spellings(said: str) -> tuple[str, ...]:
    """Return a name as it was said, without what is put behind it: a full stop, a genitive."""
    bare = said.rstrip(".'’-")
    return (bare, bare[:-1].rstrip("'’")) if bare.endswith(("s", "S")) else (bare,)


@lru_cache(maxsize=16)
def roll_of(names: tuple[str, ...]) -> Roll:
    """Return a list of people ready to be looked up; the same list is made ready once."""
    return Roll(names)

"""Names that no model needs: people, suppliers and cost centres become tokens, and come back.

What is a name is told by the field it stands in, anywhere in a case; from then on it is masked
wherever it occurs, also in what somebody wrote, whatever its case. Names that stand in no field are
masked where a list of people has them or their form gives them away (``recognising``), and mail
addresses always. Tokens (``#PERSON_1#``) are the same each time a case is masked. What already
looks like a token is masked like a name, so restoring gives back exactly what was masked.

A number of fewer than four digits names nobody outside its own field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from agent.reasoning.recognising import FORMS, Roll, met, recognised, roll_of


class Hidden(StrEnum):
    """What a token stands for."""

    PERSON = "PERSON"
    SUPPLIER = "SUPPLIER"
    COST_CENTER = "COSTCENTER"
    WORD = "WORD"


FIELDS: Mapping[str, Hidden] = {
    **dict.fromkeys(
        (
            "operator",
            "operators",
            "supervisor",
            "supervisors",
            "assignee",
            "by",
            "author",
            "person",
            "persons",
            "people",
            "user",
            "employee",
            "personnel_number",
            "entered_by",
            "created_by",
            "changed_by",
            "posted_by",
            "released_by",
            "confirmed_by",
            "reported_by",
            "requested_by",
            "approved_by",
        ),
        Hidden.PERSON,
    ),
    **dict.fromkeys(("supplier", "supplier_name", "vendor", "vendor_name"), Hidden.SUPPLIER),
    **dict.fromkeys(("cost_center", "cost_centre", "costcenter"), Hidden.COST_CENTER),
}

_KINDS = "|".join(kind.value for kind in Hidden)
_TOKEN = re.compile(rf"#?(?:{_KINDS})_\d+(?:_\d+)?#?")
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_LONG = 4
_PART = re.compile(r"[^\W\d_]{3,}")


class Mask:
    """The tokens of one case.

    Args:
        sources: JSON-plain data of the case, always in the same order; names are found in it.
        people: Who may be named in a text though no field of the case names them.
    """

    def __init__(self, *sources: Any, people: Iterable[str] = ()) -> None:
        self._rolls = (roll_of(tuple(people)), Roll(met=_met(sources)))
        self._entities: dict[str, tuple[Hidden, int]] = {}
        self._tokens: dict[str, str] = {}
        self._surfaces: dict[str, str] = {}
        self._counts = dict.fromkeys(Hidden, 0)
        names = dict.fromkeys(row for source in sources for row in _names(source))
        for name, kind in names:
            known = self._enter(name, kind)
            for part in _parts(name, kind):
                self._entities.setdefault(part.casefold(), known)
        parts = [part for name, kind in names for part in _parts(name, kind)]
        self._pattern = _pattern({*(name for name, _ in names), *parts})

    def hide(self, text: str) -> str:
        """Return a text without names: those of fields, those told by their form, the listed."""
        hidden = self._pattern.sub(lambda found: self._token(found.group()), text)
        if " " in hidden:
            hidden = FORMS.sub(self._formed, hidden)
        for roll in self._rolls:
            if not roll.empty:
                hidden = self._without(roll, hidden)
        return hidden

    def plain(self, value: Any, field: str = "") -> Any:
        """Return JSON-plain data without names."""
        match value:
            case str() if field in FIELDS and value:
                return self._token(value)
            case str():
                return self.hide(value)
            case Mapping():
                fields = cast("Mapping[str, Any]", value)
                return {self.hide(name): self.plain(one, name) for name, one in fields.items()}
            case Sequence():
                return [self.plain(one, field) for one in cast("Sequence[Any]", value)]
            case _:
                return value

    def restore(self, text: str) -> str:
        """Return a text with its names; a token that is none of this case stays as it is."""

        def surface(found: re.Match[str]) -> str:
            token = f"#{found.group().strip('#')}#"
            return self._surfaces.get(token, found.group())

        return _TOKEN.sub(surface, text)

    def _without(self, roll: Roll, text: str) -> str:
        pieces, at = list[str](), 0
        for start, end in roll.spans(text):
            pieces += (text[at:start], self._token(text[start:end]))
            at = end
        return "".join((*pieces, text[at:]))

    def _formed(self, found: re.Match[str]) -> str:
        lead, name = recognised(found)
        return f"{lead}{self._token(name)}"

    def _enter(self, name: str, kind: Hidden) -> tuple[Hidden, int]:
        """Return the kind and number of whoever a name names; its parts name the same."""
        known = self._entities.get(name.casefold())
        if known is None:
            self._counts[kind] += 1
            known = self._entities[name.casefold()] = (kind, self._counts[kind])
        return known

    def _token(self, surface: str) -> str:
        token = self._tokens.get(surface)
        if token is None:
            listed, spoken = (roll.whole(surface) for roll in self._rolls)
            kind, number = self._entities.get(surface.casefold()) or self._enter(
                listed or spoken or surface, _kind_of(surface)
            )
            token, spelling = f"#{kind.value}_{number}#", 1
            while token in self._surfaces:
                spelling += 1
                token = f"#{kind.value}_{number}_{spelling}#"
            self._tokens[surface] = token
            self._surfaces[token] = surface
        return token


def _names(value: Any, field: str = "") -> Iterator[tuple[str, Hidden]]:
    """Return what stands in fields that hold names."""
    match value:
        case str():
            if field in FIELDS and value.strip():
                yield value, FIELDS[field]
        case Mapping():
            for name, one in cast("Mapping[str, Any]", value).items():
                yield from _names(one, name)
        case Sequence():
            for one in cast("Sequence[Any]", value):
                yield from _names(one, field)
        case _:
            return


def _met(value: Any) -> Iterator[str]:
    """Return the names that the form they stand in gives away, anywhere in data."""
    match value:
        case str():
            if " " in value:
                yield from met(value)
        case Mapping():
            for one in cast("Mapping[str, Any]", value).values():
                yield from _met(one)
        case Sequence():
            for one in cast("Sequence[Any]", value):
                yield from _met(one)
        case _:
            return


def _parts(name: str, kind: Hidden) -> list[str]:
    """Return the words a person's name is made of; each of them names the person."""
    return _PART.findall(name) if kind is Hidden.PERSON and not name.isalnum() else []


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    """Return what finds everything to be masked, longest names first."""
    wanted = sorted(names, key=lambda name: (-len(name), name))
    known = [said for name in wanted if (said := _said(name))]
    return re.compile("|".join((_TOKEN.pattern, _MAIL, *known)), re.I)


def _said(name: str) -> str | None:
    """Return what finds a name in a text; letters also inside a word, such as a genitive."""
    exact = re.escape(name)
    letters = sum(sign.isalpha() for sign in name)
    if letters >= _LONG:
        return exact
    if letters or len(name) >= _LONG:
        return rf"(?<!\w){exact}(?!\w)"
    return None


def _kind_of(surface: str) -> Hidden:
    return Hidden.WORD if _TOKEN.fullmatch(surface) else Hidden.PERSON

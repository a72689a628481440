"""Turns what the models found into what the author of a plant file can mend.

Addresses, values under ``auth`` and names of variables that are none are never repeated: whoever
mistook the name of a variable for its value has put a secret there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tools.plant.places import Path, Place, below, table
from tools.plant.schema import Guide, Shape

_SCALARS = (bool, int, Decimal, date, datetime, time)
_LONGEST = 60

_PROBLEMS: Mapping[str, str] = {
    "int_type": "is no whole number",
    "int_from_float": "is no whole number",
    "float_type": "is no number",
    "decimal_type": "is no number",
    "is_instance_of": "is no number",
    "date_type": "is no date",
    "time_type": "is no time of day",
    "too_short": "is empty",
}
_REMEDIES: Mapping[str, str] = {
    "int_type": "Write a whole number without quotes",
    "int_from_float": "Write a whole number without quotes",
    "float_type": "Write a number without quotes",
    "decimal_type": "Write a number without quotes",
    "is_instance_of": "Write a number without quotes",
    "date_type": "Write a date without quotes, such as 2026-12-24",
    "time_type": 'Write a time such as "06:00"',
    "not_a_time": 'Write a time such as "06:00"',
    "not_local": 'Write a time such as "06:00"',
    "not_money": 'Write an amount such as "2500.00"',
    "not_finite": "Write a number",
    "no_zone": 'Write a name of the time zone database, such as "Europe/Berlin"',
    "unknown_unit": 'Write SAP\'s internal code, such as "ST" for pieces or "STD" for hours',
    "one_of": "Keep one of them",
    "ambiguous": "Let each code on the right stand once",
    "not_expected": "Put the name Concord expects on the left, the site's own on the right",
    "bands": "Raise medium_up_to or lower low_up_to",
}
_PATTERNS: Mapping[str, str] = {
    "https?": 'Write an address such as "https://host:443/path", without user, "?" or "#"',
    "[A-Za-z_]": "Write the name of an environment variable: letters, digits and underscores",
    "[A-Z0-9]{1,4}": "Write up to four capital letters or digits",
    "[A-Z]{3}": 'Write three capital letters, such as "EUR"',
    r"\d{3}": 'Write three digits, such as "100"',
    "[a-z_]+/": 'Write family and file, such as "production/confirmation_variance"',
    "[a-z][a-z0-9_]*": "Write small letters, digits and underscores, starting with a letter",
    r"\S(": "Write one line of text without blanks around it",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend at a path; ``problem`` and ``remedy`` are without a full stop."""

    path: Path
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Case:
    """One error with what is known about its key."""

    path: Path
    error: ErrorDetails
    shape: Shape
    guide: Guide
    place: Place | None

    @property
    def private(self) -> bool:
        key = str(self.path[-1])
        return "auth" in self.path or "url" in key or "secret" in key or key.endswith("_env")

    @property
    def meaning(self) -> str:
        return str(self.shape.get("description", "")).rstrip(".")

    def shown(self) -> str:
        """Return the value as it was written, if it may be seen."""
        raw = self.place.raw if self.place else ""
        hidden = self.private or self.error["loc"][-1:] == ("[key]",)
        return "" if hidden or len(raw) > _LONGEST or "\n" in raw else raw


_Explain: TypeAlias = Callable[[_Case], tuple[str, str]]


def explain(
    error: ValidationError, data: Mapping[str, Any], place: Callable[[Path], Place | None]
) -> tuple[Finding, ...]:
    """Return what to mend, one finding per error."""
    guide = Guide(data)
    cases = [
        _Case(path, detail, guide.shape(path), guide, place(path))
        for detail in error.errors(include_url=False)
        for path in (_path(detail["loc"], data, detail["type"]),)
    ]
    return tuple(Finding(case.path, *_explained(case)) for case in cases)


def dotted(path: Path) -> str:
    """Return a path as one would write it in TOML, array elements by their index."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = part.replace("-", "").replace("_", "").isalnum() and part.isascii()
            shown = part if bare else '"' + part.encode("unicode_escape").decode() + '"'
            text += f".{shown}" if text else shown
    return text


def _path(location: Sequence[int | str], data: Any, kind: str) -> Path:
    """Return the key behind an error's location, which also names the kind of system it is."""
    path: Path = ()
    here: Any = data
    for part in location:
        keys = table(here)
        tag = path[:1] == ("systems",) and keys.get("kind") == part and part not in keys
        if tag or (part == "[key]" and part not in keys):
            continue
        path = (*path, part)
        here = below(here, part)
    return (*path, "kind") if kind.startswith("union_tag") else path


def _explained(case: _Case) -> tuple[str, str]:
    kind = case.error["type"]
    if kind in _BY_TYPE:
        return _BY_TYPE[kind](case)
    message = case.error["msg"]
    problem = _PROBLEMS.get(kind) or message[:1].lower() + message[1:]
    return problem, _REMEDIES.get(kind) or case.meaning or "See `concord plants schema`"


def _missing(case: _Case) -> tuple[str, str]:
    if case.shape.get("type") == "object" or "oneOf" in case.shape:
        return "the table is missing", f"Add [{dotted(case.path)}]: {case.meaning}"
    if options := _options(case.shape):
        written = " or ".join(f'{case.path[-1]} = "{option}"' for option in options)
        return "is missing", f"Add {written}"
    return "is missing", f"Add {dotted(case.path[-1:])} = …: {case.meaning}"


def _unknown(case: _Case) -> tuple[str, str]:
    owner, key = case.path[:-1], str(case.path[-1])
    known = case.guide.keys(owner)
    if case.private and f"{key}_env" in known:
        name = f"{key}_env"
        return "a secret does not belong here", f"Name its environment variable: {name} = …"
    where = f"[{dotted(owner)}]" if owner else "a plant file"
    return f"is no key of {where}", _nearest(key, known)


def _text(case: _Case) -> tuple[str, str]:
    if not isinstance(case.error["input"], _SCALARS):
        return "is no text", case.meaning or "Write a text in quotes"
    raw = case.shown()
    written = f'write "{raw}"' if raw else "write it in quotes"
    return "stands without quotes", f"Codes are text: {written}"


def _table(case: _Case) -> tuple[str, str]:
    return "is no table", f"Write [{dotted(case.path)}] and its keys below"


def _array(case: _Case) -> tuple[str, str]:
    if case.shape.get("items", {}).get("$ref", "").endswith(("Day", "Weekday")):
        return "is no list", 'Write ["mon", "tue"]'
    return "is no list", f"Write [ … ], or [[{dotted(case.path)}]] for a list of tables"


def _choice(case: _Case) -> tuple[str, str]:
    options = [str(option) for option in _options(case.shape)]
    problem = f"is {case.shown()}" if case.shown() else "is none of its values"
    given = case.error["input"]
    word = given if isinstance(given, str) else below(given, case.path[-1])
    close = _close(word, options) if isinstance(word, str) else None
    if close is not None:
        return problem, f'Did you mean "{close}"? One of {_quoted(options)}'
    return problem, f"Write one of {_quoted(options)}"


def _pattern(case: _Case) -> tuple[str, str]:
    pattern = str(case.error.get("ctx", {}).get("pattern", ""))
    remedies = (remedy for part, remedy in _PATTERNS.items() if pattern.startswith(f"^{part}"))
    shown = case.shown()
    problem = f"cannot be {shown}" if shown else "has the wrong form"
    return problem, next(remedies, case.meaning)


def _range(case: _Case) -> tuple[str, str]:
    bounds = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    context = case.error.get("ctx", {})
    said = [f"{words} {context[bound]}" for bound, words in bounds.items() if bound in context]
    problem = f"cannot be {case.shown()}" if case.shown() else "is out of range"
    return problem, f"Write a number of {' and '.join(said)}"


def _options(shape: Shape) -> Sequence[object]:
    if "const" in shape:
        return (shape["const"],)
    return shape.get("enum", ())


def _nearest(key: str, known: Sequence[str]) -> str:
    close = _close(key, known)
    if close is not None:
        return f"Did you mean {close}?"
    return f"Its keys are {', '.join(known)}" if known else "Leave it out"


def _close(word: str, known: Sequence[str]) -> str | None:
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word[:_LONGEST].lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def _quoted(options: Sequence[str]) -> str:
    return ", ".join(f'"{option}"' for option in options)


_BY_TYPE: Mapping[str, _Explain] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_type": _text,
    "string_sub_type": _text,
    "model_type": _table,
    "model_attributes_type": _table,
    "dict_type": _table,
    "mapping_type": _table,
    "tuple_type": _array,
    "enum": _choice,
    "literal_error": _choice,
    "union_tag_invalid": _choice,
    "union_tag_not_found": _missing,
    "string_pattern_mismatch": _pattern,
    "greater_than": _range,
    "greater_than_equal": _range,
    "less_than": _range,
    "less_than_equal": _range,
}

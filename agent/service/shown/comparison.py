"""What the systems say side by side, beside what is proposed: only where it differs.

The rows come from three places, none of which knows a playbook: what the remedy changes, what the
other side says about the very object that is changed, and records of the same shape that two
systems keep of the same thing and tell differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from agent.service.shown.evidence import system_said
from agent.words.speech import Speech, leaf

IDENTIFYING = ("reference", "number", "material", "location", "batch", "order", "operation", "item")
SELDOM_MATTERS = frozenset({"entered_at", "documents", "reference", "etag", "read_at"})
MOST_SAID = 3
MOST_ROWS = 12


@dataclass(frozen=True)
class Row:
    """One line: an object's field, what each side says of it, and what is proposed."""

    what: str
    field: str
    sap: str = ""
    floor: str = ""
    proposal: str = ""
    aside: bool = False


@dataclass(frozen=True)
class Comparison:
    """The three columns."""

    floor: str
    rows: tuple[Row, ...]
    cut: int


def compared(speech: Speech, plan: Mapping[str, Any], facts: Mapping[str, Any]) -> Comparison:
    """Lay SAP, the other side and the proposal side by side."""
    changed = list(_changes(speech, plan.get("changes", ()), facts))
    rows = [*changed, *_differing(speech, facts)]
    shown = _once(rows)
    floor = " / ".join(dict.fromkeys(_floors(facts))) or "MES"
    return Comparison(floor, tuple(shown[:MOST_ROWS]), max(len(shown) - MOST_ROWS, 0))


def _changes(
    speech: Speech, changes: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> Iterator[Row]:
    """Say what would change, and what the other side says about the same object."""
    for change in changes:
        if change["before"] == change["after"]:
            continue
        row = Row(
            _object(speech, str(change["object"])),
            speech(str(change["field"])),
            proposal=speech.value(change["after"]),
        )
        in_sap = change["system"] == "ERP"
        before = speech.value(change["before"])
        other = "\n".join(_about(speech, facts, str(change["object"]), erp=not in_sap))
        sides = {"sap": before, "floor": other} if in_sap else {"sap": other, "floor": before}
        yield replace(row, **sides)


def _object(speech: Speech, name: str) -> str:
    """Say what is changed; where it lies, in the reader's language."""
    what, at, place = name.rpartition(" at ")
    return f"{what} {speech('at {place}', place=place)}" if at else name


def _about(speech: Speech, facts: Mapping[str, Any], name: str, *, erp: bool) -> list[str]:
    """Say the quantities that the systems of one side tell of an object."""
    words = name.replace(",", " ").split()
    said = list[str]()
    for title, fact in facts.items():
        if not isinstance(fact, Mapping):
            continue
        row = cast("Mapping[str, Any]", fact)
        if (row.get("system") == "ERP") is erp and row.get("system") in {"ERP", "MES", "CMMS"}:
            for record in _records(row.get("value")):
                if words and any(record.get(key) == words[0] for key in IDENTIFYING):
                    told = speech(title.replace("_", " "))
                    said += [f"{told}: {one}" for one in _quantities(speech, record)]
    return list(dict.fromkeys(said))[:MOST_SAID]


def _quantities(speech: Speech, record: Mapping[str, Any]) -> Iterator[str]:
    for field, value in record.items():
        if isinstance(value, Mapping):
            fields = cast("Mapping[str, Any]", value)
            if set(fields) == {"amount", "unit"}:
                yield f"{speech(field.replace('_', ' '))} {speech.quantity(fields)}"


def _records(value: Any) -> Iterator[Mapping[str, Any]]:
    """Return every record inside a fact: the whole, and what it lists."""
    if isinstance(value, Mapping):
        record = cast("Mapping[str, Any]", value)
        yield record
        for inner in record.values():
            yield from _records(inner)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _records(inner)


def _differing(speech: Speech, facts: Mapping[str, Any]) -> Iterator[Row]:
    """Say where two systems tell the same record differently."""
    erp = list(_tops(facts, frozenset({"ERP"})))
    for name, record in _tops(facts, frozenset({"MES", "CMMS"})):
        match = next((one for _, one in erp if _same_thing(one, record)), None)
        if match is None:
            continue
        for field, value in record.items():
            if field in SELDOM_MATTERS or match.get(field) == value:
                continue
            sap, floor = leaf(speech, match.get(field)), leaf(speech, value)
            if sap is not None and floor is not None and sap != floor:
                said = speech(field.replace("_", " "))
                yield Row(_named(record, name), said, sap or "–", floor or "–", aside=True)


def _tops(
    facts: Mapping[str, Any], systems: frozenset[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return the records a side was read for: each fact, or what it lists."""
    for name, fact in facts.items():
        system = cast("Mapping[str, Any]", fact).get("system") if isinstance(fact, Mapping) else ""
        if system not in systems:
            continue
        value = cast("Mapping[str, Any]", fact).get("value")
        listed = cast("list[Any]", value) if isinstance(value, list) else [value]
        yield from (
            (name, cast("Mapping[str, Any]", one)) for one in listed if isinstance(one, Mapping)
        )


def _same_thing(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two records of one shape are about the same thing."""
    if set(one) != set(other):
        return False
    if one.get("reference") and one.get("reference") == other.get("reference"):
        return True
    keys = [key for key in IDENTIFYING if one.get(key) and other.get(key) and key != "reference"]
    return bool(keys) and all(one[key] == other[key] for key in keys)


def _named(record: Mapping[str, Any], name: str) -> str:
    known = (str(record[key]) for key in ("material", "number", "order") if record.get(key))
    return next(known, name.replace("_", " "))


def _floors(facts: Mapping[str, Any]) -> Iterator[str]:
    for fact in facts.values():
        if isinstance(fact, Mapping):
            system = str(cast("Mapping[str, Any]", fact).get("system"))
            if system in {"MES", "CMMS"}:
                yield system_said(system)


def _once(rows: Sequence[Row]) -> list[Row]:
    """Leave each field of an object once; what is proposed goes before what merely differs."""
    seen = dict[tuple[str, str], Row]()
    for row in rows:
        seen.setdefault((row.what, row.field), row)
    return list(seen.values())

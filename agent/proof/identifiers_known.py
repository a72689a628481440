"""Every order, material, place and batch a hard action names occurs in the facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from agent.actions.catalog import to_plain
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed

NAME = "identifiers_known"
IDENTIFIERS = frozenset(
    {
        "order",
        "operation",
        "material",
        "location",
        "batch",
        "to_location",
        "to_batch",
        "reservation",
        "cost_center",
        "confirmation",
        "document",
        "message",
        "hold",
        "equipment",
        "work_center",
    }
)
# What somebody typed is evidence, never a source of identifiers.
FREE_TEXT = frozenset({"note", "text", "long_text", "header_text", "description"})


def check(subject: Subject) -> Verdict:
    """Look every identifier up among the values the systems reported."""
    if not subject.remedy.hard:
        return beside(NAME, "Nothing is changed")
    known = set(_texts([row["value"] for row in subject.sheet.values()]))
    for action in subject.remedy.hard:
        for name, value in _identifiers(to_plain(action)):
            if value not in known:
                return failed(NAME, "No system reported {name} {value}", name=name, value=value)
    return passed(NAME, "Every identifier was reported by a system")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in cast(Mapping[str, Any], value).items():
            if name not in FREE_TEXT:
                yield from _texts(one)
    elif isinstance(value, list):
        for one in cast(list[Any], value):
            yield from _texts(one)


def _identifiers(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, one in cast(Mapping[str, Any], value).items():
            if name in IDENTIFIERS and isinstance(one, str):
                yield name, one
            else:
                yield from _identifiers(one)
    elif isinstance(value, list):
        for one in cast(list[Any], value):
            yield from _identifiers(one)

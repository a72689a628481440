"""Facts as a person reads them: each record with its system, when it was read, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from agent.words.speech import Speech, leaf

SYSTEMS = {"ERP": "SAP", "MES": "MES", "CMMS": "CMMS"}
"""What people call the systems; anything else is Concord's own."""

MOST_LINES = 400


@dataclass(frozen=True)
class Told:
    """One line of a record: where in it, and what stands there."""

    path: str
    name: str
    value: str


@dataclass(frozen=True)
class Evidence:
    """One fact: the record it is, who says so, and all it says. Empty: there is no such record."""

    name: str
    title: str
    system: str
    read_at: str
    age: str
    lines: tuple[Told, ...]
    cut: bool


def evidence(speech: Speech, facts: Mapping[str, Any], now: datetime) -> tuple[Evidence, ...]:
    """Lay out all facts, those of the systems first."""
    rows = [
        _one(speech, name, cast("Mapping[str, Any]", row), now)
        for name, row in facts.items()
        if isinstance(row, Mapping)
    ]
    return tuple(sorted(rows, key=lambda one: (one.system not in SYSTEMS.values(), one.system)))


def system_said(system: str) -> str:
    """Return what people call a system."""
    return SYSTEMS.get(system, system)


def _one(speech: Speech, name: str, row: Mapping[str, Any], now: datetime) -> Evidence:
    lines = list(_told(speech, row.get("value"), name))
    read_at = datetime.fromisoformat(row["read_at"]) if row.get("read_at") else None
    return Evidence(
        name=name,
        title=speech(name.replace("_", " ")),
        system=system_said(str(row.get("system", ""))),
        read_at=speech.moment(read_at) if read_at else "",
        age=speech.ago(read_at, now) if read_at else "",
        lines=tuple(lines[:MOST_LINES]),
        cut=len(lines) > MOST_LINES,
    )


def _told(speech: Speech, value: Any, path: str, name: str = "") -> Iterator[Told]:
    """Say every plain value of a record that says something, with the path that leads to it."""
    said = leaf(speech, value)
    if said is not None:
        if said:
            yield Told(path, name or "value", said)
        return
    inner: list[tuple[str, Any]]
    if isinstance(value, Mapping):
        inner = [(str(key), one) for key, one in cast("Mapping[str, Any]", value).items()]
        for key, one in inner:
            yield from _told(speech, one, f"{path}.{key}", _joined(name, key.replace("_", " ")))
        return
    for index, one in enumerate(cast("list[Any]", value)):
        yield from _told(speech, one, f"{path}.{index}", _joined(name, str(index + 1)))


def _joined(before: str, after: str) -> str:
    return f"{before} › {after}" if before else after

"""Facts, precedents and weighing together, as shown to a judge or a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Leaning, Resemblance


@dataclass(frozen=True)
class Fact:
    """One fact as it was read. ``value`` None means that the system has no such record."""

    name: str
    system: str
    read_at: datetime
    etag: str | None
    value: Any


@dataclass(frozen=True)
class Dossier:
    """What a judge sees of a case: the playbook's typed facts, and in ``sheet`` their origin.

    ``objections`` say for a cause how far people have rejected its remedies so far (0 to 1).
    """

    signal: Signal
    conflict: Conflict
    facts: Any
    sheet: Mapping[str, Fact]
    leanings: tuple[Leaning, ...]
    precedents: tuple[Resemblance, ...]
    causes: tuple[str, ...]
    objections: Mapping[str, float] = field(default_factory=dict[str, float])

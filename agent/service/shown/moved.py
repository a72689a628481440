"""What a second reading of the facts tells differently from the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.service.shown.evidence import Told, evidence
from agent.words.speech import Speech

MOST = 20


@dataclass(frozen=True)
class Movement:
    """One value that is another one now."""

    fact: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """What has moved, and when it was looked at."""

    at: str
    movements: tuple[Movement, ...]
    more: int


def moved(
    speech: Speech, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> Moved:
    """Compare two readings of the same facts, value by value."""
    old, new = _lines(speech, before, now), _lines(speech, after, now)
    movements = [
        Movement(
            path.split(".")[0].replace("_", " "),
            (new.get(path) or old[path]).name,
            old[path].value if path in old else "–",
            new[path].value if path in new else "–",
        )
        for path in dict.fromkeys([*old, *new])
        if (old[path].value if path in old else None) != (new[path].value if path in new else None)
    ]
    return Moved(speech.clock(now), tuple(movements[:MOST]), max(len(movements) - MOST, 0))


def _lines(speech: Speech, facts: Mapping[str, Any], now: datetime) -> dict[str, Told]:
    return {line.path: line for one in evidence(speech, facts, now) for line in one.lines}

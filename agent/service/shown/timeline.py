"""What happened in a case, in order: the audit in words, with its hashes for whoever checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.case.ruling import Role
from agent.records.audit import Link
from agent.records.tracing import Trace
from agent.service.shown.terms import ROLE
from agent.words.speech import Speech

TOLD_OF = ("answer", "reason", "role", "policy", "ruling", "cause", "confidence", "document", "why")


@dataclass(frozen=True)
class Event:
    """One entry of the audit."""

    sequence: int
    at: str
    who: str
    what: str
    told: tuple[tuple[str, str], ...]
    details: str
    hash: str


def timeline(speech: Speech, trace: Trace) -> tuple[Event, ...]:
    """Return the audit of a case, oldest first."""
    return tuple(event(speech, link) for link in trace.audit)


def event(speech: Speech, link: Link) -> Event:
    """Return one entry as a person reads it."""
    return Event(
        sequence=link.sequence,
        at=speech.moment(datetime.fromisoformat(link.at)),
        who=link.who,
        what=speech(link.what),
        told=_told(speech, link.details),
        details=json.dumps(link.details, ensure_ascii=False, indent=1, sort_keys=True),
        hash=link.hash,
    )


def _told(speech: Speech, details: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the details a reader looks for first."""
    return tuple(
        (speech(name), _word(speech, details[name]))
        for name in TOLD_OF
        if isinstance(details.get(name), (str, int, float)) and str(details[name])
    )


def _word(speech: Speech, detail: str | float) -> str:
    """Say one detail: a role as the pages call it, a number as the reader writes it."""
    if not isinstance(detail, str):
        return speech.number(str(detail))
    return speech(ROLE[Role(detail)]) if detail in set(Role) else detail.replace("_", " ")

"""What happened in a case, in order: the audit in words, with its hashes for whoever checks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.case.ruling import Answer, Role, Verb
from agent.playbooks.catalog import Catalog
from agent.records.audit import Link
from agent.records.tracing import Trace
from agent.service.shown.terms import ANSWER, ROLE, VERB, cause_said
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


def timeline(speech: Speech, catalog: Catalog, trace: Trace) -> tuple[Event, ...]:
    """Return the audit of a case, oldest first."""

    def cause(name: str) -> str:
        return cause_said(speech, catalog, trace.case.kind, name)

    return tuple(_event(speech, cause, link) for link in trace.audit)


def _event(speech: Speech, cause: Callable[[str], str], link: Link) -> Event:
    """Return one entry as a person reads it."""
    return Event(
        sequence=link.sequence,
        at=speech.moment(datetime.fromisoformat(link.at)),
        who=link.who,
        what=speech(link.what),
        told=_told(speech, cause, link.details),
        details=json.dumps(link.details, ensure_ascii=False, indent=1, sort_keys=True),
        hash=link.hash,
    )


def _told(
    speech: Speech, cause: Callable[[str], str], details: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the details a reader looks for first."""
    return tuple(
        (speech(name), _word(speech, cause, name, details[name]))
        for name in TOLD_OF
        if isinstance(details.get(name), (str, int, float)) and str(details[name])
    )


def _word(speech: Speech, cause: Callable[[str], str], name: str, detail: str | float) -> str:
    """Say one detail in the reader's words; what a person wrote, and names, as they are."""
    if not isinstance(detail, str):
        return speech.number(str(detail))
    match name:
        case "cause":
            return cause(detail)
        case "why":
            return speech.again(detail)
        case "answer" if detail in set(Answer):
            return speech(ANSWER[Answer(detail)])
        case "ruling" if detail in set(Verb):
            return speech(VERB[Verb(detail)])
        case "role" if detail in set(Role):
            return speech(ROLE[Role(detail)])
        case _:
            return detail

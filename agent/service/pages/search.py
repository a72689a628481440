"""Search and lineage: from a document, order, signal or posting to its case and all behind it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from agent.bootstrap import Machinery
from agent.lineage import chains
from agent.records.pages import Line, Wish
from agent.records.pages import page as page_of
from agent.records.tracing import Trace, trace
from agent.service.pages.inbox import objects_of
from agent.service.pages.reader import Auditing, Reader, concord_of, speech_of
from agent.service.pages.rendering import page
from agent.service.shown.inbox import Shown, line_shown
from agent.service.shown.terms import kind_said, object_said
from agent.service.shown.timeline import Event, timeline
from agent.words.speech import Speech
from registry.lineage import Step

LONGEST = 120
MOST_CASES = 10

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Traced:
    """One case a word leads to: its chains from document to signal, and its audit."""

    case: str
    title: str
    object: str
    why: str
    chains: tuple[tuple[Step, ...], ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Results:
    """What a word leads to: traces, or a list where it names an object of many cases."""

    traces: tuple[Traced, ...]
    rows: tuple[Shown, ...]


@router.get("/search")
async def search(request: Request, reader: Auditing) -> Response:
    """Find what a word leads to; without one, show what can be asked for."""
    concord, speech = concord_of(request), speech_of(request, reader)
    word = request.query_params.get("q", "").strip()[:LONGEST]
    found = await asyncio.to_thread(_find, concord, reader, speech, word) if word else None
    return page(request, reader, "search.html", speech=speech, word=word, found=found)


def _find(concord: Machinery, reader: Reader, speech: Speech, word: str) -> Results:
    with concord.database.read() as session:
        traces = [one for one in trace(session, word) if reader.sees(one.case.plant)]
        lines = list[Line]()
        for name in () if traces else objects_of(concord, word):
            lines += page_of(session, Wish(object=name), limit=MOST_CASES).lines
    rows = [
        line_shown(speech, concord.context.catalog, line)
        for line in lines
        if reader.sees(line.plant)
    ]
    return Results(
        tuple(_traced(concord, speech, one, word) for one in traces[:MOST_CASES]), tuple(rows)
    )


def _traced(concord: Machinery, speech: Speech, found: Trace, word: str) -> Traced:
    return Traced(
        case=found.case.id,
        title=kind_said(speech, concord.context.catalog, found.case.kind),
        object=object_said(speech, found.case.object),
        why=speech.again(found.case.why),
        chains=tuple(chains(found, word)),
        events=timeline(speech, concord.context.catalog, found),
    )

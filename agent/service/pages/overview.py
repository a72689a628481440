"""The overview: how much waits, how old it is, what the agent did alone, and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from agent.records.figures import Day, Figures, figures
from agent.service.pages.reader import Counting, concord_of, speech_of
from agent.service.pages.rendering import page
from agent.service.served import streams
from agent.service.shown.chart import Chart, columns
from agent.service.shown.terms import POSTING, SETTLEMENT, STATUS, kind_said
from agent.words.speech import Speech

AGES = ("under 1 h", "1 to 4 h", "4 h to 1 day", "1 to 3 days", "over 3 days")

router = APIRouter(include_in_schema=False)


@router.get("/overview")
async def overview(request: Request, reader: Counting) -> Response:
    """Show the figures of the plants the reader sees."""
    concord = concord_of(request)
    now, speech = concord.context.clock(), speech_of(request, reader)

    def count() -> Figures:
        with concord.database.read() as session:
            return figures(session, now, reader.plants)

    found = await asyncio.to_thread(count)
    kinds = {kind_said(speech, concord.context.catalog, kind): n for kind, n in found.kinds.items()}
    return page(
        request,
        reader,
        "overview.html",
        speech=speech,
        found=found,
        kinds=sorted(kinds.items(), key=lambda item: -item[1]),
        most=max(kinds.values(), default=1),
        ages=tuple(zip(AGES, found.ages, strict=True)),
        oldest=max(found.ages, default=1) or 1,
        statuses=STATUS,
        postings=POSTING,
        settled=SETTLEMENT,
        trend=_trend(speech, found.days),
        streams=[one for one in streams(request) if reader.sees(one.plant)],
        now=now,
    )


def _trend(speech: Speech, days: Sequence[Day]) -> Chart:
    return columns([(speech.day(one.day), one.alone, one.otherwise) for one in days])

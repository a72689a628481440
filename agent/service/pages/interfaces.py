"""The interfaces: how each system stands, plant by plant, and what the service refused lately.

Every process says of its own connections how they stand, so a system has a line for each process
that asks it. What was refused concerns the whole installation.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from agent.records import interfaces, violations
from agent.records.interfaces import Told
from agent.records.violations import Violation
from agent.service.pages.reader import Reader, Watching, concord_of, speech_of
from agent.service.pages.rendering import page
from agent.service.served import streams
from agent.service.shown.interfaces import shown
from agent.service.shown.terms import RULE
from agent.service.violations import Violations

DAY = timedelta(days=1)
MOST = 50

router = APIRouter(include_in_schema=False)


@router.get("/interfaces")
async def standing(request: Request, reader: Watching) -> Response:
    """Show the interfaces of the plants the reader sees, and to whom all are theirs the rest."""
    concord, speech = concord_of(request), speech_of(request, reader)
    now = concord.context.clock()

    def read() -> tuple[list[Told], list[Violation]]:
        with concord.database.read() as session:
            told = [one for one in interfaces.told(session) if reader.sees(one.health.plant)]
            return told, _refused(session, request, reader, now)

    told, refused = await asyncio.to_thread(read)
    return page(
        request,
        reader,
        "interfaces.html",
        speech=speech,
        plants=shown(speech, told, now),
        streams=[one for one in streams(request) if reader.sees(one.plant)],
        whole=reader.admitted.whole,
        refused=refused[:MOST],
        total=sum(one.count for one in refused),
        left_out=max(0, len(refused) - MOST),
        rules=RULE,
        now=now,
    )


def _refused(session: Session, request: Request, reader: Reader, now: datetime) -> list[Violation]:
    """Return what was refused within a day, with what this process has not written down yet."""
    if not reader.admitted.whole:
        return []
    counting: Violations = request.app.state.violations
    fresh = [one for one in counting.fresh() if one.last_at > now - DAY]
    return violations.summed([*violations.since(session, now - DAY), *fresh])

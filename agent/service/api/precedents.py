"""Precedents: settled cases of a kind that read like some words."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session

from agent.authority.deeds import Deed
from agent.case.diagnosis import Resemblance
from agent.precedents.index import IndexUnusable
from agent.records import pages
from agent.service.problem import Problem
from agent.service.served import concord, problems, read
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/precedents", tags=["precedents"])


@router.get("", responses=problems(404, 503))
async def precedents(
    request: Request,
    who: Annotated[Admitted, Depends(needs(Deed.READ_CASES))],
    kind: Annotated[str, Query(max_length=100, examples=["materials/stock_deficit"])],
    words: Annotated[str, Query(min_length=1, max_length=2000, examples=["not yet booked"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[Resemblance]:
    """Return the settled cases nearest to some words, of the plants that are theirs."""
    machinery = concord(request)
    if kind not in machinery.context.catalog.playbooks:
        raise Problem(404, f"There is no playbook {kind}.")
    try:
        found = await asyncio.to_thread(machinery.precedents.like, kind, words, limit)
    except IndexUnusable as error:
        raise Problem(503, f"Precedents cannot be searched here: {error}") from None

    def work(session: Session) -> list[Resemblance]:
        views = {one.case: pages.case(session, one.case) for one in found}
        return [one for one in found if (view := views[one.case]) and who.may_at(view.plant)]

    return await read(request, work)

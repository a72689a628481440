"""Key figures that follow from the records."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from agent.authority.deeds import Deed
from agent.records.kpis import Kpis, Stretch, kpis
from agent.service.problem import Problem
from agent.service.served import concord, problems, read
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/kpis", tags=["key figures"])


@router.get("", responses=problems(404))
async def key_figures(
    request: Request,
    who: Annotated[Admitted, Depends(needs(Deed.READ_KPIS))],
    days: Annotated[int, Query(ge=1, le=366, description="The last so many days.")] = 30,
    plant: Annotated[str | None, Query(max_length=8, examples=["1010"])] = None,
) -> Kpis:
    """Return the key figures of the plants that are theirs, or of one. Times are in seconds."""
    if plant is not None and not who.may_at(plant):
        raise Problem(404, f"There is no plant {plant}.")
    plants = {plant} if plant is not None else None if who.whole else set(who.plants)
    until = concord(request).context.clock()
    stretch = Stretch(until - timedelta(days=days), until, plants)
    return await read(request, lambda session: kpis(session, stretch))

"""Evaluations: what the latest runs came to, as their files in the results folder say."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from agent.authority.deeds import Deed
from agent.service.evaluated import Run, run_named, runs
from agent.service.problem import Problem
from agent.service.served import concord, problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])

Reader = Annotated[Admitted, Depends(needs(Deed.READ_PROMPTS))]


@router.get("", responses=problems())
async def evaluations(request: Request, who: Reader) -> list[Run]:
    """List the latest runs, the last one first."""
    return list(await asyncio.to_thread(runs, concord(request).settings.home))


@router.get("/{run}", responses=problems(404))
async def evaluation(
    request: Request,
    who: Reader,
    run: Annotated[str, Path(max_length=200, examples=["weighing-dev-2026-03-17"])],
) -> Run:
    """Return one of the latest runs."""
    found = await asyncio.to_thread(run_named, concord(request).settings.home, run)
    if found is None:
        raise Problem(404, f"There is no run {run}.")
    return found

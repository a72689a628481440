"""Evaluation reports: what the runs in the results folder came to."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from agent.service.evaluated import runs
from agent.service.pages.reader import Prompting, concord_of, speech_of
from agent.service.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/evaluations")
async def evaluations(request: Request, reader: Prompting) -> Response:
    """Show the runs, the latest first."""
    found = await asyncio.to_thread(runs, concord_of(request).settings.home)
    speech = speech_of(request, reader)
    return page(request, reader, "evaluations.html", speech=speech, runs=found)

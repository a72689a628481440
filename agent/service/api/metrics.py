"""Metrics for Prometheus: what waits, what is in doubt, what models cost, how long things take.

Everything is counted from the records when it is asked for, so it is the same whichever process
answers, and right after a restart.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from agent.authority.deeds import Deed
from agent.service.served import problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={**problems(), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(
    request: Request, who: Annotated[Admitted, Depends(needs(Deed.READ_METRICS))]
) -> Response:
    """Return all metrics in Prometheus' text format."""
    who.everywhere()
    registry = CollectorRegistry()
    registry.register(request.app.state.measured)
    body = await asyncio.to_thread(generate_latest, registry)
    return Response(body, media_type=CONTENT_TYPE_LATEST)

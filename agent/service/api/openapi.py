"""The description of this interface, for whoever is known here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from agent.service.problem import Problem
from agent.service.served import problems
from agent.service.who.needs import visitor
from agent.service.who.visitor import Visitor

router = APIRouter(prefix="/v1", tags=["who may"])


@router.get("/openapi.json", responses=problems())
async def description(
    request: Request, who: Annotated[Visitor, Depends(visitor)]
) -> dict[str, Any]:
    """Return the OpenAPI description of all resources."""
    if not who.known:
        raise Problem(401, "Sign in, or send a key or token.")
    found: dict[str, Any] = request.app.openapi()
    return found

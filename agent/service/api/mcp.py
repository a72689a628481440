"""Tools for other agents, by MCP over Streamable HTTP: they look, and one of them proposes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from agent.authority.deeds import Deed
from agent.service.mcp.protocol import Served
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(include_in_schema=False)


@router.post("/mcp")
async def mcp(
    request: Request, who: Annotated[Admitted, Depends(needs(Deed.USE_TOOLS))]
) -> Response:
    """Tell which tools there are, or call one. There are no sessions, so there is no GET."""
    return Served(request, who)

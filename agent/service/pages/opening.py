"""A link from a notification: it leads to its case, changes nothing and signs nobody in."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.service.pages.reader import Reading, concord_of, speech_of
from agent.service.problem import Problem

router = APIRouter(include_in_schema=False)


@router.get("/open/{name}")
async def opened(
    request: Request, reader: Reading, name: str, until: str = "", mark: str = ""
) -> Response:
    """Lead whoever has signed in to the case of a link that is still good."""
    concord = concord_of(request)
    if not concord.links.opens(name, until, mark, concord.context.clock()):
        speech = speech_of(request, reader)
        raise Problem(410, speech("This link is too old, or was changed. Look in the inbox."))
    return RedirectResponse(f"/cases/{quote(name, safe='')}", 303)

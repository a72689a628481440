"""Signing in by an identity provider: the way there, and the way back."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from agent.service.who.by_provider import CALLBACK, COOKIE, come_back, leave, take_along
from agent.service.who.signing import remember

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/provider")
async def going(
    request: Request, next: Annotated[str | None, Query(max_length=2000)] = None
) -> Response:
    """Send a browser to the provider."""
    leaving = await leave(request, next)
    response = RedirectResponse(leaving.address, 303)
    take_along(request, response, leaving)
    return response


@router.get(CALLBACK)
async def coming(
    request: Request,
    code: Annotated[str, Query(max_length=4000)],
    state: Annotated[str, Query(max_length=200)],
) -> Response:
    """Sign in whoever comes back, and lead on from a page of our own.

    A redirect would still count as the provider's, and browsers would hold the session back.
    """
    arrived = await come_back(request, code, state)
    wanted = escape(arrived.wanted, quote=True)
    response = HTMLResponse(
        f'<!doctype html><meta http-equiv="refresh" content="0;url={wanted}">'
        f'<title>Concord</title><a href="{wanted}">Concord</a>'
    )
    remember(request, response, arrived.opened)
    response.delete_cookie(COOKIE, path=CALLBACK)
    return response

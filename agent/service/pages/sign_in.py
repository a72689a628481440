"""Signing in and out: by name and password, or by a link that opens a page and is good once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from agent.records.sessions import Opened
from agent.service.pages.reader import Filled, concord_of
from agent.service.pages.rendering import page
from agent.service.problem import Problem
from agent.service.who.needs import visitor
from agent.service.who.signing import (
    LINK_PATH,
    remember,
    safe_next,
    sign_in,
    sign_in_by_link,
    sign_out,
)
from agent.service.who.visitor import Visitor

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def ask(request: Request) -> Response:
    """Ask for name and password."""
    return _asked(request, request.query_params.get("next", "/"))


@router.post("/sign-in")
async def enter(request: Request, form: Filled) -> Response:
    """Sign in by name and password, and go on to where one wanted."""
    wanted = form.get("next")
    try:
        opened = await sign_in(request, form.get("name").strip(), form.get("password"))
    except Problem as problem:
        return _asked(request, wanted, problem, form.get("name"))
    return _entered(request, opened, wanted)


@router.get(LINK_PATH)
async def offer(request: Request, token: str = "") -> Response:
    """Show a button: whatever merely follows links signs nobody in."""
    return page(request, None, "once.html", token=token, action=LINK_PATH)


@router.post(LINK_PATH)
async def take(request: Request, form: Filled) -> Response:
    """Sign in by a link that is good once."""
    try:
        opened = await sign_in_by_link(request, form.get("token"))
    except Problem as problem:
        return _asked(request, "/", problem)
    return _entered(request, opened, "/")


@router.post("/sign-out")
async def leave(request: Request, _: Annotated[Visitor, Depends(visitor)]) -> Response:
    """Sign out, here and there."""
    answer = RedirectResponse("/sign-in", 303)
    await sign_out(request, answer)
    return answer


def _asked(
    request: Request, wanted: str, problem: Problem | None = None, name: str = ""
) -> Response:
    return page(
        request,
        None,
        "sign_in.html",
        problem.status if problem else 200,
        problem=problem.detail if problem else "",
        next=safe_next(wanted),
        name=name,
        provider=concord_of(request).settings.oidc_issuer is not None,
    )


def _entered(request: Request, opened: Opened, wanted: str) -> Response:
    answer = RedirectResponse(safe_next(wanted), 303)
    remember(request, answer, opened)
    return answer

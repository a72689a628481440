"""What a person does about a case that is left to them: each form posts here, and counts once."""

from __future__ import annotations

from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.records.answers import DecisionRefused
from agent.service import byhand
from agent.service.byhand import FoundOut
from agent.service.pages.deciding import LONGEST_REASON, Incomplete, refused
from agent.service.pages.reader import Deciding, Filled, Form, Reader

LONGEST_DOCUMENT = 60

router = APIRouter(prefix="/cases/{name}", include_in_schema=False)


@router.post("/found")
async def found(request: Request, reader: Deciding, form: Filled, name: str) -> Response:
    """Take it that a posting is in its system, under a number, or is not."""

    async def work() -> None:
        document = _document(form)
        there = form.get("there")
        if there not in {"yes", "no"} or (there == "yes") != (document is not None):
            raise Incomplete("a posting is there under its number, or it is not there")
        word = FoundOut(name, form.get("posting"), document, _reason(form))
        await byhand.found_out(request, reader.admitted, word)

    return await _said(request, reader, name, work())


@router.post("/settle")
async def settle(request: Request, reader: Deciding, form: Filled, name: str) -> Response:
    """Take it that the case is settled."""

    async def work() -> None:
        await byhand.settle(request, reader.admitted, name, _reason(form), _document(form))

    return await _said(request, reader, name, work())


@router.post("/look")
async def look(request: Request, reader: Deciding, form: Filled, name: str) -> Response:
    """Have the case worked out anew."""

    async def work() -> None:
        await byhand.look_again(request, reader.admitted, name, _reason(form))

    return await _said(request, reader, name, work())


async def _said(request: Request, reader: Reader, name: str, work: Awaitable[None]) -> Response:
    """Take somebody's word, or show the case as it is with why it was not taken."""
    try:
        await work
    except (DecisionRefused, Incomplete) as refusal:
        return await refused(request, reader, name, refusal)
    return RedirectResponse(f"/cases/{name}", 303)


def _reason(form: Form) -> str:
    comment = form.get("comment").strip()[:LONGEST_REASON]
    if not comment:
        raise Incomplete("say what was done, or how you know")
    return comment


def _document(form: Form) -> str | None:
    return form.get("document").strip()[:LONGEST_DOCUMENT] or None

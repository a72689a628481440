"""What readers set for themselves: language, keys, and who stands in for them."""

from __future__ import annotations

import asyncio
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.records import substitutes
from agent.records.substitutes import NoSubstitute, Substitute
from agent.service.pages.reader import (
    KEPT_SECONDS,
    KEYS,
    LANGUAGE,
    Filled,
    Reading,
    concord_of,
)
from agent.service.pages.rendering import page
from agent.service.shown.terms import ROLE
from agent.service.who.signing import safe_next
from agent.words.catalog import Language

router = APIRouter(include_in_schema=False)


@router.get("/account")
async def account(request: Request, reader: Reading, refused: str = "") -> Response:
    """Show what the reader may be and has set."""
    concord = concord_of(request)
    today = concord.context.clock().date()

    def look() -> tuple[list[Substitute], tuple[str, ...]]:
        with concord.database.read() as session:
            own = substitutes.substitutes_of(session, reader.name, today)
            return own, substitutes.represented_by(session, reader.name, today)

    own, represented = await asyncio.to_thread(look)
    roles = [ROLE[role] for role in ROLE if role in reader.roles]
    return page(
        request,
        reader,
        "account.html",
        422 if refused else 200,
        roles=roles,
        substitutes=own,
        represented=represented,
        today=today.isoformat(),
        refused=refused,
    )


@router.post("/account/keys")
async def keys(request: Request, reader: Reading, form: Filled) -> Response:
    """Switch single keys on or off in this browser."""
    answer = RedirectResponse("/account", 303)
    _remember(answer, KEYS, "on" if form.get("keys") == "on" else "off")
    return answer


@router.post("/account/substitutes")
async def appoint(request: Request, reader: Reading, form: Filled) -> Response:
    """Appoint a deputy for some days, or end an appointment."""
    concord = concord_of(request)

    def work() -> None:
        at = concord.context.clock()
        with concord.database.write() as session:
            if form.get("end").isdecimal():
                substitutes.dismiss(session, int(form.get("end")), reader.name, at)
                return
            deputy = form.get("deputy").strip()[:120]
            days = _day(form.get("from")), _day(form.get("to"))
            substitutes.appoint(session, reader.name, deputy, days, reader.name, at)

    try:
        await asyncio.to_thread(work)
    except NoSubstitute as refusal:
        return await account(request, reader, str(refusal))
    return RedirectResponse("/account", 303)


@router.post("/language")
async def language(request: Request) -> Response:
    """Choose the language of this browser, signed in or not; it changes nothing else."""
    form = await request.form(max_files=0, max_fields=4)
    chosen, back = str(form.get("language", "")), str(form.get("back", "/"))
    answer = RedirectResponse(safe_next(back), 303)
    if chosen in set(Language):
        _remember(answer, LANGUAGE, chosen)
    return answer


def _remember(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=KEPT_SECONDS, samesite="lax", httponly=True)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise NoSubstitute("a day is missing") from None

"""Deciding about a case: each form posts here, names the remedy it is about, and counts once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from agent.bootstrap import Machinery
from agent.case.change import NotChangeable
from agent.case.ruling import Answer, Role
from agent.records import claims, decisions
from agent.records.answers import (
    AlreadyDecided,
    Answered,
    DecisionRefused,
    NotPermitted,
    RemedyChanged,
)
from agent.service.pages.case import Heeded, acting_role, shown, traced
from agent.service.pages.reader import Claiming, Deciding, Filled, Form, Reader, concord_of
from agent.service.problem import Problem
from agent.service.shown.terms import REJECT_REASONS

AMOUNT = re.compile(r"-?\d{1,20}(?:[.,]\d{1,20})?")
QUANTITY = "quantity-"
LONGEST_REASON = 2_000
SNOOZES = {"1": 1, "4": 4, "24": 24, "72": 72}

router = APIRouter(prefix="/cases/{name}", include_in_schema=False)


@router.post("/decide")
async def decide(request: Request, reader: Deciding, form: Filled, name: str) -> Response:
    """Take an answer to the remedy it names; an answer to another one is shown what differs."""
    concord = concord_of(request)
    trace = await traced(concord, reader, name)
    answer = _answer(form)
    role = acting_role(concord, reader, trace, answer)
    try:
        if role is None:
            raise NotPermitted("none of your roles may decide this")
        answered = Answered(
            case=name,
            answer=answer,
            by=reader.name,
            role=role,
            remedy_hash=form.get("remedy"),
            reason=_reason(form, answer),
            quantities=_quantities(form) if answer is Answer.CHANGE else {},
        )
        await _decided(request, answered)
    except (DecisionRefused, NotChangeable, Incomplete) as refusal:
        return await refused(request, reader, name, refusal)
    return RedirectResponse(f"/cases/{name}", 303)


@router.post("/forward")
async def forward(request: Request, reader: Claiming, form: Filled, name: str) -> Response:
    """Ask another role, or a person in it, instead."""
    role, person = form.get("role"), form.get("person").strip()[:120] or None
    if role not in set(Role) or role == Role.AGENT:
        raise Problem(422, "The case is forwarded to a role there is.")

    def work(session: Session, at: datetime) -> None:
        said = form.get("comment")[:LONGEST_REASON]
        decisions.forward(session, name, Role(role), reader.name, said, at, person)

    return await _carried_out(request, reader, name, work)


@router.post("/snooze")
async def snooze(request: Request, reader: Claiming, form: Filled, name: str) -> Response:
    """Take the case off the list for some hours; its deadline stays."""
    hours = SNOOZES.get(form.get("hours"), 4)

    def work(session: Session, at: datetime) -> None:
        until, said = at + timedelta(hours=hours), form.get("comment")[:LONGEST_REASON]
        decisions.snooze(session, name, until, reader.name, said, at)

    return await _carried_out(request, reader, name, work)


@router.post("/claim")
async def claim(request: Request, reader: Claiming, form: Filled, name: str) -> Response:
    """Take the case on, or give it back."""

    def work(session: Session, at: datetime) -> None:
        act = claims.release if form.get("give_back") else claims.claim
        act(session, name, reader.name, at)

    return await _carried_out(request, reader, name, work)


class Incomplete(ValueError):
    """A form lacks what a decision needs; whoever filled it in completes it."""


async def _decided(request: Request, answered: Answered) -> None:
    """Record a decision; the same one, sent twice, is taken once."""
    concord = concord_of(request)
    try:
        await concord.records.decide(answered, request.app.state.enqueue)
    except AlreadyDecided:
        if await concord.records.same_as_before(answered) is None:
            raise


async def _carried_out(
    request: Request, reader: Reader, name: str, work: Callable[[Session, datetime], None]
) -> Response:
    """Do something to a case that waits and the reader sees, in one transaction."""
    concord = concord_of(request)
    await traced(concord, reader, name)
    try:
        await asyncio.to_thread(_written, concord, work)
    except DecisionRefused as refusal:
        return await refused(request, reader, name, refusal)
    return RedirectResponse(f"/cases/{name}", 303)


def _written(concord: Machinery, work: Callable[[Session, datetime], None]) -> None:
    with concord.database.write() as session:
        work(session, concord.context.clock())


async def refused(request: Request, reader: Reader, name: str, error: Exception) -> Response:
    """Show the case as it is now, above it why the answer was not taken."""
    trace = await traced(concord_of(request), reader, name)
    changes = error.changes if isinstance(error, RemedyChanged) else ()
    return await shown(request, reader, trace, Heeded(str(error), changes), _status(error))


def _status(error: Exception) -> int:
    match error:
        case NotPermitted():
            return 403
        case Incomplete() | NotChangeable():
            return 422
        case _:
            return 409


def _answer(form: Form) -> Answer:
    given = form.get("answer")
    if given not in set(Answer):
        raise Problem(422, "The answer is approve, reject or change.")
    return Answer(given)


def _reason(form: Form, answer: Answer) -> str:
    """Return why, as the audit keeps it: a rejection names its reason, a word goes with it."""
    comment = form.get("comment").strip()[:LONGEST_REASON]
    if answer is not Answer.REJECT:
        return comment or "seen and approved"
    code = form.get("code")
    if code not in REJECT_REASONS or (code == "other" and not comment):
        raise Incomplete("a rejection needs its reason")
    return f"{code}: {comment}" if comment else code


def _quantities(form: Form) -> dict[str, dict[str, str]]:
    """Return the quantities that are others than those the page showed."""
    changed: dict[str, dict[str, str]] = {}
    for field, given in form.fields:
        index = field.removeprefix(QUANTITY)
        if not field.startswith(QUANTITY) or not index.isdecimal():
            continue
        before, unit = form.get(f"was-{index}"), form.get(f"unit-{index}")
        wanted = given.strip().replace(",", ".")
        if wanted == before:
            continue
        if not AMOUNT.fullmatch(given.strip()):
            raise Incomplete(f"'{given[:40]}' is no number")
        changed[index] = {"amount": wanted, "unit": unit}
    if not changed:
        raise Incomplete("no quantity was changed")
    return changed

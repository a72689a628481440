"""One case: what differs, what is proposed, why, and how to decide. A look changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from agent.authority.cedar import Word
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Answer, Role, Ruling
from agent.explaining import PLAIN, explain
from agent.nodes.gather import Unreadable, read_facts
from agent.plain import load
from agent.reasoning.explaining import Explained, Wanted
from agent.records import experience, tracing
from agent.records.answers import NotPermitted
from agent.records.remedies import NoSuchCase, Pin
from agent.records.states import CaseStatus
from agent.records.tracing import Trace
from agent.service.byhand import role_of as settling_role
from agent.service.conversing import reach, role_of
from agent.service.pages.reader import Reader, Reading, concord_of, language_of, speech_of
from agent.service.pages.rendering import may, page
from agent.service.problem import Problem
from agent.service.shown.case import Known, case_shown
from agent.service.shown.markdown import without_marks
from agent.service.shown.moved import Moved, moved
from agent.service.shown.terms import REJECT_REASONS, ROLE, SETTLEMENT, object_said
from agent.service.who.reception import reception
from tools.errors import ToolError

FIRST = (Role.CONTROLLER, Role.PLANNER, Role.SUPERVISOR, Role.INTEGRATOR, Role.AUDITOR)
FORWARDED_TO = (Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER, Role.INTEGRATOR)
RE_READ_SECONDS = 20.0

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Heeded:
    """What the page says besides the case: a refusal, a difference, a re-read, an explanation."""

    refused: str = ""
    changes: tuple[str, ...] = ()
    moved: Moved | None = None
    explained: Explained | None = None


@router.get("/cases/{name}")
async def case(request: Request, reader: Reading, name: str) -> Response:
    """Show a case."""
    trace = await traced(concord_of(request), reader, name)
    return await shown(request, reader, trace)


@router.post("/cases/{name}/re-read")
async def read_again(request: Request, reader: Reading, name: str) -> Response:
    """Read the facts anew and say what has moved since; the case itself stays as it is."""
    concord = concord_of(request)
    trace = await traced(concord, reader, name)
    speech = speech_of(request, reader, trace.case.plant)
    pin = trace.attempts[-1] if trace.attempts else None
    try:
        async with asyncio.timeout(RE_READ_SECONDS):
            facts = await _facts(concord, trace)
    except (ToolError, Unreadable, TimeoutError) as error:
        return await shown(request, reader, trace, Heeded(refused=str(error) or "timeout"))
    found = moved(speech, pin.facts if pin else {}, facts, concord.context.clock())
    return await shown(request, reader, trace, Heeded(moved=found))


@router.post("/cases/{name}/explain")
async def put_into_words(request: Request, reader: Reading, name: str) -> Response:
    """Show the case with an explanation in the reader's language; the case does not hear of it."""
    concord = concord_of(request)
    trace = await traced(concord, reader, name)
    wanted = Wanted(language_of(request, reader), role_of(reader.admitted))
    said = await explain(concord, name, wanted, reach(request, reader.admitted))
    told = replace(said, text=without_marks(said.text or ""))
    return await shown(request, reader, trace, Heeded(explained=told))


async def traced(concord: Machinery, reader: Reader, name: str) -> Trace:
    """Return everything about a case the reader may see.

    Raises:
        Problem: There is no such case, or it is of a plant that is none of the reader's.
    """
    try:
        trace = await asyncio.to_thread(_trace, concord, name)
    except NoSuchCase:
        raise Problem(404, f"There is no case {name}.") from None
    if not reader.sees(trace.case.plant):
        raise Problem(404, f"There is no case {name}.")
    return trace


async def shown(
    request: Request, reader: Reader, trace: Trace, heeded: Heeded | None = None, status: int = 200
) -> Response:
    """Return the page of a case."""
    concord = concord_of(request)
    known = await asyncio.to_thread(_known, concord, reader, trace)
    known = replace(known, by_hand=_by_hand(request, reader, trace))
    speech = speech_of(request, reader, trace.case.plant)
    view = case_shown(speech, concord.context.catalog, trace, known, concord.context.clock())
    return page(
        request,
        reader,
        "case.html",
        status,
        speech,
        case=view,
        heeded=heeded or Heeded(),
        waits=trace.case.status is CaseStatus.WAITING,
        reasons=REJECT_REASONS,
        roles={role: ROLE[role] for role in FORWARDED_TO},
        role_said=ROLE,
        object_said=partial(object_said, speech),
        settled=SETTLEMENT,
        plain=PLAIN,
        may_search=may(request, reader, Deed.READ_AUDIT),
    )


def acting_role(concord: Machinery, reader: Reader, trace: Trace, answer: Answer) -> Role | None:
    """Return the reader's role that may give an answer; the one that was asked goes first."""
    pin = trace.attempts[-1] if trace.attempts else None
    asked = trace.case.waiting_for
    if pin is None or trace.case.plant not in concord.plants:
        return None
    mine = reader.roles_at(trace.case.plant)
    order = [role for role in (asked, *FIRST) if role is not None and role in mine]
    ruling = load(Ruling, pin.ruling)
    authority = concord.context.authority
    for role in order:
        if authority.may(trace.case.plant, reader.name, role, answer, ruling).allowed:
            return role
    return None


def _trace(concord: Machinery, name: str) -> Trace:
    with concord.database.read() as session:
        return tracing.of_case(session, name)


def _known(concord: Machinery, reader: Reader, trace: Trace) -> Known:
    """Look up how such cases went, and what the reader may do about this one."""
    pin = trace.attempts[-1] if trace.attempts else None
    kind, cause = trace.case.kind, trace.case.cause
    track = lately = None
    if pin is not None and kind is not None:
        with concord.database.read() as session:
            if cause is not None and not pin.diagnosis.get("decisive"):
                track = experience.track_record(session, kind, _floor(pin))
            if cause is not None:
                lately = experience.experience(session, kind, cause, trace.case.id)
    roles = {answer: acting_role(concord, reader, trace, answer) for answer in Answer}
    may = {answer: role.value if role else None for answer, role in roles.items()}
    return Known(track, lately, may)


def _by_hand(request: Request, reader: Reader, trace: Trace) -> bool:
    """Return whether the reader may settle this case by hand, as far as it is left to a person."""
    decider = reception(request).door.admitted(reader.admitted.visitor, Deed.DECIDE)
    plant, pin = trace.case.plant, trace.attempts[-1] if trace.attempts else None
    left = trace.case.status is CaseStatus.NEEDS_PERSON
    if not left or isinstance(decider, Word) or not decider.may_at(plant):
        return False
    try:
        settling_role(concord_of(request).context.authority, decider, plant, pin)
    except NotPermitted:
        return False
    return True


def _floor(pin: Pin) -> float:
    """Return the tenth below a confidence: how often that much was right is told."""
    return int(float(pin.diagnosis.get("confidence") or 0) * 10) / 10


async def _facts(concord: Machinery, trace: Trace) -> Mapping[str, Any]:
    case, context = trace.case, concord.context
    playbook = context.catalog.playbooks.get(case.conflict.kind) if case.conflict else None
    if case.conflict is None or playbook is None or case.plant not in context.plants:
        return {}
    gathered = await read_facts(
        playbook,
        case.conflict,
        case.signal,
        tuple(refusal for posting in trace.postings for refusal in posting.refusals),
        context.plants[case.plant],
        context.sides(case.plant),
        context.clock(),
    )
    return gathered.sheet

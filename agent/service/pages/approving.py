"""Approving several cases at once: of one kind and one class of risk, each by its own remedy."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.bootstrap import Machinery
from agent.case.change import NotChangeable
from agent.case.ruling import Answer
from agent.playbooks.playbook import Risk
from agent.records.answers import Answered, DecisionRefused
from agent.records.tracing import Trace
from agent.service.pages.case import acting_role, traced
from agent.service.pages.reader import Deciding, Filled, concord_of
from agent.service.problem import Problem

MOST = 50

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Picked:
    """A case that was ticked, and the remedy its row showed."""

    trace: Trace
    remedy: str


@router.post("/inbox/approve")
async def approve(request: Request, reader: Deciding, form: Filled) -> Response:
    """Approve what was ticked, one decision each; what has moved meanwhile is left alone.

    Raises:
        Problem: Nothing was ticked, too much, or cases of different kinds or classes of risk.
    """
    concord = concord_of(request)
    ticked = [word.partition(":") for word in form.all("case")][: MOST + 1]
    if not ticked or len(ticked) > MOST:
        raise Problem(422, f"Tick between one and {MOST} cases.")
    picked = [Picked(await traced(concord, reader, name), remedy) for name, _, remedy in ticked]
    if len({_class(concord, one.trace) for one in picked}) != 1:
        raise Problem(422, "Only cases of one kind and one class of risk are approved together.")
    approved = 0
    for one in picked:
        role = acting_role(concord, reader, one.trace, Answer.APPROVE)
        if role is None:
            continue
        case = one.trace.case.id
        said = f"approved together with {len(picked) - 1} others"
        answered = Answered(case, Answer.APPROVE, reader.name, role, one.remedy, said)
        try:
            await concord.records.decide(answered, request.app.state.enqueue)
        except (DecisionRefused, NotChangeable):
            continue
        approved += 1
    refused = len(picked) - approved
    told = f"approved={approved}" + (f"&refused={refused}" if refused else "")
    return RedirectResponse(f"/inbox?{told}", 303)


def _class(concord: Machinery, trace: Trace) -> tuple[str | None, Risk]:
    """Return the kind of a case and the risk of its cause."""
    kind, cause = trace.case.kind, trace.case.cause
    book = concord.context.catalog.playbooks.get(kind or "")
    risks = {one.name: one.risk for one in book.causes} if book else {}
    return kind, risks.get(cause or "", Risk.HIGH)

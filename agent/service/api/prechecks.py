"""Pre-checks and triage: answered at once, nothing changed; a case is opened only if asked to.

A pre-check is one file in ``agent/assessments``; each that is found there is asked here.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, StringConstraints, create_model

from agent import chance
from agent.assessments import triage
from agent.assessments.answer import Advice, Answer
from agent.assessments.precheck import Precheck, prechecks
from agent.assessments.question import Part, Question
from agent.assessments.reads import SOURCE, Reads, reading_only
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.ingress.inlet import Inlet
from agent.ingress.sender import Sender
from agent.nodes.gather import Unreadable
from agent.service.problem import Problem
from agent.service.served import problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs
from tools.errors import ToolError

router = APIRouter(prefix="/v1", tags=["assessments"])
Assessor = Annotated[Admitted, Depends(needs(Deed.ASSESS))]


class TriageQuestion(Part):
    """An error text, or a line of a log."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class Found(BaseModel):
    """One thing that speaks against it."""

    found_by: str
    name: str
    says: str
    advice: Advice
    confidence: float


class Assessed(BaseModel):
    """What was found; ``case`` is the one that was opened, if that was asked for."""

    advice: Advice
    confidence: float
    discrepancies: list[Found]
    case: str | None = None


class Sorted(BaseModel):
    """What an error is about, whose it is, and what is suggested."""

    category: str
    queue: str
    fix: str
    code: str
    confidence: float


@router.post("/triage", responses=problems())
async def sort_out(question: TriageQuestion, by: Assessor) -> Sorted:
    """Say what an error text is about, whose queue it belongs in, and what is suggested."""
    return Sorted(**asdict(triage.assess(question.text)))


def _resource(name: str, precheck: Precheck) -> Callable[..., Awaitable[Assessed]]:
    """Return what answers one pre-check; its body is the question, and whether to open a case."""

    async def check(request: Request, question: Any, by: Admitted) -> Assessed:
        reads = _reads(request.app.state.concord, question.plant, by)
        answer = await _asked(precheck.assess(question, reads))
        case = None
        if question.open_case and answer.advice is not Advice.PASS:
            case = await _case(request, precheck, question)
        return Assessed(**answer.plain(), case=case)

    own = precheck.question
    body = create_model(own.__name__, __base__=own, __doc__=own.__doc__, open_case=(bool, False))
    check.__annotations__ = {"request": Request, "question": body, "by": Assessor}
    check.__name__, check.__doc__ = f"check_{name.replace('-', '_')}", precheck.assess.__doc__
    return check


for _name, _precheck in prechecks().items():
    router.post(f"/prechecks/{_name}", responses=problems(), response_model=Assessed)(
        _resource(_name, _precheck)
    )


def _reads(concord: Machinery, plant: str, by: Admitted) -> Reads:
    """Return what a plant can be asked, if there is such a plant and it is the visitor's."""
    context = concord.context
    if plant not in context.plants:
        raise Problem(422, "plant: no such plant is known here", field="plant")
    by.at(plant)
    sides = reading_only(context.sides(plant))
    return Reads(context.plants[plant], sides, context.catalog, context.clock())


async def _asked(question: Awaitable[Answer]) -> Answer:
    try:
        return await question
    except (ToolError, Unreadable) as error:
        raise Problem(503, f"A system cannot be asked just now: {error}") from error


async def _case(request: Request, precheck: Precheck, question: Question) -> str | None:
    """Open a case about what was asked, for who may propose."""
    proposer = await needs(Deed.PROPOSE)(request)
    proposer.at(question.plant)
    concord: Machinery = request.app.state.concord
    inlet: Inlet = request.app.state.inlet
    event = {
        "specversion": "1.0",
        "id": chance.identifier(),
        "source": SOURCE,
        "type": precheck.signal,
        "time": concord.context.clock().isoformat(),
        "data": {"plant": question.plant, **precheck.keys(question)},
    }
    taken = await inlet.take(json.dumps(event).encode(), Sender(proposer.name))
    return taken.received.case if taken.received else None

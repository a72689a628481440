"""Decisions: approve, reject or change what is proposed; claim it, forward it, put it off.

Who decides, and in which role, the visitor's own account says. A decision names the hash of the
remedy that was looked at; if it is another one by now, nothing is decided, and what is different is
told. The same decision sent twice is one: the second answer is the first one's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from agent.authority.deeds import Deed
from agent.case.ruling import Answer, Decision, Role
from agent.records import claims, decisions
from agent.records.answers import Answered
from agent.service.api.cases import CaseId, theirs
from agent.service.deciding import decide, telling_refusals
from agent.service.served import problems, write
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/cases/{case}", tags=["decisions"])

Decider = Annotated[Admitted, Depends(needs(Deed.DECIDE))]
Claimer = Annotated[Admitted, Depends(needs(Deed.CLAIM))]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ASKABLE = Literal[Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER]


class Body(BaseModel):
    """What somebody sends; what is not meant is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewQuantity(Body):
    """A quantity in place of the remedy's, in the same unit."""

    amount: Annotated[Decimal, Field(max_digits=30, allow_inf_nan=False, examples=["96"])]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=6)] = Field(examples=["ST"])


class NewDecision(Body):
    """An answer to the question a case waits with."""

    answer: Answer = Field(examples=["approve"])
    remedy: str = Field(
        max_length=128, description="Hash of the remedy that was looked at.", examples=["9f86d081…"]
    )
    reason: Reason = Field(examples=["counted on the shop floor"])
    quantities: dict[Annotated[str, StringConstraints(pattern=r"^\d{1,4}$")], NewQuantity] = Field(
        default={}, max_length=200, description="change: new quantities by derivation index."
    )


class Forwarding(Body):
    """Whom to ask instead."""

    to: ASKABLE = Field(examples=["controller"])
    person: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        default=None, description="One person in that role."
    )
    reason: Reason = Field(examples=["over my limit"])


class PuttingOff(Body):
    """For how long, and why."""

    hours: Annotated[float, Field(gt=0, le=24 * 30, examples=[4])]
    reason: Reason = Field(examples=["the count is under way"])


@dataclass(frozen=True)
class Recorded:
    """A decision as it lies in the records."""

    id: str
    case: str
    answer: Answer
    by: str
    role: Role
    remedy: str
    reason: str
    at: datetime


@router.post(
    "/decisions", status_code=201, responses={**problems(404, 409), 200: {"model": Recorded}}
)
async def decided(
    request: Request, response: Response, who: Decider, case: CaseId, body: NewDecision
) -> Recorded:
    """Decide about the remedy that is proposed. Sent again, it answers 200 with what was decided.

    409: somebody else decided, or the remedy is another one now; `remedy` and `changes` then tell
    which and how.
    """
    answered = Answered(
        case=case,
        answer=body.answer,
        by=who.name,
        role=Role.PLANNER,
        remedy_hash=body.remedy,
        reason=body.reason,
        quantities={
            name: {"amount": f"{one.amount:f}", "unit": one.unit}
            for name, one in body.quantities.items()
        },
    )
    taken = await decide(request, who, answered)
    response.status_code = 201 if taken.fresh else 200
    return _recorded(taken.decision)


@router.post("/forwardings", status_code=204, responses=problems(404, 409))
async def forwarded(request: Request, who: Claimer, case: CaseId, body: Forwarding) -> None:
    """Ask another role instead, or one person in it."""

    def work(session: Session, at: datetime) -> None:
        theirs(session, who, case)
        decisions.forward(session, case, body.to, who.name, body.reason, at, body.person)

    await _changed(request, work)


@router.post("/snoozes", status_code=204, responses=problems(404, 409))
async def put_off(request: Request, who: Claimer, case: CaseId, body: PuttingOff) -> None:
    """Take a case off the list for a while; who is asked, and by when, stays."""

    def work(session: Session, at: datetime) -> None:
        theirs(session, who, case)
        until = at + timedelta(hours=body.hours)
        decisions.snooze(session, case, until, who.name, body.reason, at)

    await _changed(request, work)


@router.put("/claim", status_code=204, responses=problems(404, 409))
async def claimed(request: Request, who: Claimer, case: CaseId) -> None:
    """Take a question on, so that nobody else works on it."""

    def work(session: Session, at: datetime) -> None:
        theirs(session, who, case)
        claims.claim(session, case, who.name, at)

    await _changed(request, work)


@router.delete("/claim", status_code=204, responses=problems(404, 409))
async def released(request: Request, who: Claimer, case: CaseId) -> None:
    """Give a question back."""

    def work(session: Session, at: datetime) -> None:
        theirs(session, who, case)
        claims.release(session, case, who.name, at)

    await _changed(request, work)


async def _changed(request: Request, work: Callable[[Session, datetime], None]) -> None:
    with telling_refusals():
        await write(request, work)


def _recorded(decision: Decision) -> Recorded:
    return Recorded(
        id=decision.id,
        case=decision.case,
        answer=decision.answer,
        by=decision.by,
        role=decision.role,
        remedy=decision.remedy_hash,
        reason=decision.reason,
        at=decision.at,
    )

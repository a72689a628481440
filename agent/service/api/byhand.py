"""By hand: what a person does about a case that is left to them.

They say of a posting nobody knows the outcome of whether it is there, have the case worked out
anew, or say that it is settled. Each word counts once; sent again, it is answered 200.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent.authority.deeds import Deed
from agent.case.ruling import Role
from agent.records.states import PostingState
from agent.service import byhand
from agent.service.api.cases import CaseId
from agent.service.byhand import FoundOut
from agent.service.deciding import telling_refusals
from agent.service.served import problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/cases/{case}", tags=["by hand"])

Decider = Annotated[Admitted, Depends(needs(Deed.DECIDE))]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Document = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]+$"),
]
PostingKey = Annotated[str, Path(max_length=200, description="The posting's key.")]


class Body(BaseModel):
    """What somebody sends; what is not meant is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Settling(Body):
    """Why the case is settled, and what was posted by hand, if anything was."""

    reason: Reason = Field(examples=["told maintenance by telephone"])
    document: Document | None = Field(default=None, examples=["10000042"])


class Looking(Body):
    """Why Concord is to look again."""

    reason: Reason = Field(examples=["the CMMS is back"])


class Finding(Body):
    """What somebody saw in the system itself."""

    document: Document | None = Field(
        description="Its number there; null: it certainly is not there.", examples=["10000042"]
    )
    reason: Reason = Field(examples=["looked it up in IW28"])


@dataclass(frozen=True)
class Settled:
    """A person's word that a case is settled."""

    case: str
    by: str
    role: Role
    reason: str
    document: str | None


@dataclass(frozen=True)
class Found:
    """A posting as it stands now."""

    posting: str
    case: str
    state: PostingState
    document: str | None


@router.post(
    "/settlements", status_code=201, responses={**problems(404, 409), 200: {"model": Settled}}
)
async def settled(
    request: Request, response: Response, who: Decider, case: CaseId, body: Settling
) -> Settled:
    """Say that a case which is left to a person is settled.

    409: it is not left to anybody, or first something has to be said of a posting in doubt.
    """
    with telling_refusals():
        said, fresh = await byhand.settle(request, who, case, body.reason, body.document)
    response.status_code = 201 if fresh else 200
    return Settled(said.case, said.by, said.role, said.reason, said.document)


@router.post("/looks", status_code=204, responses=problems(404, 409))
async def looked(request: Request, who: Decider, case: CaseId, body: Looking) -> None:
    """Have a case worked out anew from fresh facts; what comes of it is ruled on as any other.

    409: it is not left to anybody, or first something has to be said of a posting in doubt.
    """
    with telling_refusals():
        await byhand.look_again(request, who, case, body.reason)


@router.post(
    "/postings/{posting}/findings",
    status_code=201,
    responses={**problems(404, 409), 200: {"model": Found}},
)
async def found(
    request: Request,
    response: Response,
    who: Decider,
    case: CaseId,
    posting: PostingKey,
    body: Finding,
) -> Found:
    """Say of a posting that was given up, or whose answer was lost, whether it is there.

    409: what became of it is known otherwise, or it may still turn up.
    """
    word = FoundOut(case, posting, body.document, body.reason)
    with telling_refusals():
        now, fresh = await byhand.found_out(request, who, word)
    response.status_code = 201 if fresh else 200
    return Found(now.key, now.case, now.state, now.document)

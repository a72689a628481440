"""Dead letters: what nobody could work on; try one again, or put it aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from agent.arrival import acquaintance
from agent.authority.deeds import Deed
from agent.records import deadletters, pages
from agent.records.deadletters import DeadLetter, NotLying
from agent.records.states import How, LetterState
from agent.service.problem import Problem
from agent.service.served import concord, enqueue, problems, read, write
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])

Reader = Annotated[Admitted, Depends(needs(Deed.READ_DEAD_LETTERS))]
Mender = Annotated[Admitted, Depends(needs(Deed.MEND_DEAD_LETTERS))]
Number = Annotated[int, Path(ge=1, le=2**53, description="The dead letter's number.")]


class Dropping(BaseModel):
    """Why a dead letter is put aside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)
    ] = Field(examples=["a test message"])


@dataclass(frozen=True)
class Replayed:
    """What became of a dead letter that was tried again."""

    case: str | None
    how: How
    dead_letter: int | None


@router.get("", responses=problems())
async def letters(
    request: Request,
    who: Reader,
    state: Annotated[LetterState | None, Query(description="None: all.")] = LetterState.LYING,
    after: Annotated[int | None, Query(ge=1, le=2**62, description="Go on behind it.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> list[DeadLetter]:
    """List dead letters, the latest first. A signal nobody understood is at no plant."""

    def work(session: Session) -> list[DeadLetter]:
        found = deadletters.listed(session, state, after)
        return list(islice((one for one in found if _theirs(session, who, one)), limit))

    return await read(request, work)


@router.get("/{number}", responses=problems(404))
async def letter(request: Request, who: Reader, number: Number) -> DeadLetter:
    """Return one dead letter, whatever became of it, with what it holds."""
    return await read(request, lambda session: _one(session, who, number))


@router.post("/{number}/replay", responses=problems(404, 409))
async def replay(request: Request, who: Mender, number: Number) -> Replayed:
    """Try once more: read a signal again, or give a case another turn."""
    known, starts = acquaintance(concord(request)), enqueue(request)

    def work(session: Session, at: datetime) -> Replayed:
        _one(session, who, number)
        found = deadletters.replay(session, number, who.name, known.reread, starts, at)
        return Replayed(found.case, found.how, found.dead_letter)

    try:
        return await write(request, work)
    except NotLying as error:
        raise Problem(409, str(error)) from None


@router.post("/{number}/drop", status_code=204, responses=problems(404, 409))
async def drop(request: Request, who: Mender, number: Number, body: Dropping) -> None:
    """Put a dead letter aside for good; a case that died is left to the person who says so."""

    def work(session: Session, at: datetime) -> None:
        _one(session, who, number)
        deadletters.drop(session, number, who.name, body.reason, at)

    try:
        await write(request, work)
    except NotLying as error:
        raise Problem(409, str(error)) from None


def _one(session: Session, who: Admitted, number: int) -> DeadLetter:
    found = deadletters.letter(session, number)
    if found is None or not _theirs(session, who, found):
        raise Problem(404, f"There is no dead letter {number}.")
    return found


def _theirs(session: Session, who: Admitted, letter: DeadLetter) -> bool:
    case = pages.case(session, letter.case) if letter.case else None
    return who.whole if case is None else who.may_at(case.plant)

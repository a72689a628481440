"""Cases: the list, one of them, its facts and judgement, its remedies, and its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.orm import Session

from agent.authority.deeds import Deed
from agent.case.ruling import Role
from agent.records import audit, pages, remedies
from agent.records.pages import CaseView, Line, Wish
from agent.records.remedies import Pin
from agent.records.states import CaseStatus
from agent.service.problem import Problem
from agent.service.served import problems, read
from agent.service.who.door import Admitted
from agent.service.who.needs import needs

router = APIRouter(prefix="/v1/cases", tags=["cases"])

Reader = Annotated[Admitted, Depends(needs(Deed.READ_CASES))]
CaseId = Annotated[str, Path(max_length=200, description="The case.", examples=["c-7f3a"])]


@dataclass(frozen=True)
class CasesPage:
    """Some cases: urgent first, then oldest. ``after`` is the cursor of the next page."""

    cases: tuple[Line, ...]
    after: str | None


@dataclass(frozen=True)
class Dossier:
    """What the systems say of a case, and what is thought of it."""

    case: str
    attempt: int
    facts: dict[str, Any]
    diagnosis: dict[str, Any]


@dataclass(frozen=True)
class Filters:
    """What narrows the list of cases."""

    status: Annotated[CaseStatus | None, Query(description="Only these.")] = None
    plant: Annotated[str | None, Query(max_length=8, examples=["1010"])] = None
    kind: Annotated[str | None, Query(max_length=100, examples=["materials/stock_deficit"])] = None
    object: Annotated[str | None, Query(max_length=200, description="The business object.")] = None
    waiting_for: Annotated[Role | None, Query(description="Only what waits for a role.")] = None
    awake: Annotated[bool, Query(description="Leave out what was put off.")] = False


@router.get("", responses=problems())
async def cases(
    request: Request,
    who: Reader,
    only: Annotated[Filters, Depends()],
    after: Annotated[str | None, Query(max_length=200, description="Go on behind it.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasesPage:
    """List cases of the plants that are theirs: the urgent first, then the oldest."""
    now: datetime = request.app.state.concord.context.clock()
    wish = Wish(
        status=only.status,
        plant=only.plant,
        kind=only.kind,
        object=only.object,
        waiting_for=only.waiting_for,
        awake_at=now if only.awake else None,
        plants=None if who.visitor.plants is None and who.whole else who.plants,
    )

    def work(session: Session) -> CasesPage:
        if after is not None and pages.case(session, after) is None:
            raise Problem(422, f"There is no case {after} to go on behind.")
        found = pages.page(session, wish, after, limit)
        return CasesPage(found.lines, found.after)

    return await read(request, work)


@router.get("/{case}", responses=problems(404))
async def case(request: Request, who: Reader, case: CaseId) -> CaseView:
    """Return one case."""
    return await read(request, lambda session: theirs(session, who, case))


@router.get("/{case}/dossier", responses=problems(404))
async def dossier(request: Request, who: Reader, case: CaseId) -> Dossier:
    """Return the facts of the latest attempt, with source and time, and the diagnosis."""

    def work(session: Session) -> Dossier:
        theirs(session, who, case)
        pin = remedies.pinned(session, case)
        if pin is None:
            raise Problem(404, f"Nothing has been found out about {case} yet.")
        return Dossier(case, pin.attempt, pin.facts, pin.diagnosis)

    return await read(request, work)


@router.get("/{case}/remedies", responses=problems(404))
async def remedies_of(request: Request, who: Reader, case: CaseId) -> list[Pin]:
    """Return every attempt: remedy or question, its hash, proof and ruling."""

    def work(session: Session) -> list[Pin]:
        theirs(session, who, case)
        return remedies.attempts(session, case)

    return await read(request, work)


@router.get("/{case}/timeline", responses=problems(404))
async def timeline(request: Request, who: Reader, case: CaseId) -> list[audit.Link]:
    """Return what was written down about a case, oldest first."""

    def work(session: Session) -> list[audit.Link]:
        theirs(session, who, case)
        return audit.entries_of(session, case)

    return await read(request, work)


def theirs(session: Session, who: Admitted, case: str) -> CaseView:
    """Return a case; of another plant than theirs they are told nothing, not even that it is there.

    Raises:
        Problem: There is none for them (404).
    """
    view = pages.case(session, case)
    if view is None or not who.may_at(view.plant):
        raise Problem(404, f"There is no case {case}.")
    return view

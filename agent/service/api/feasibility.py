"""Feasibility of an order, and the best sequence of several: answered at once, nothing changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent.assessments import feasibility
from agent.assessments.memory import Memory
from agent.assessments.reads import Reads, reading_only
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.nodes.gather import Unreadable
from agent.playbooks.feasibility import Asked, Finding, Recommended, Status
from agent.service.problem import Problem
from agent.service.served import problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs
from tools.errors import NotFound, ToolError
from tools.objects.identifiers import normal
from tools.objects.order import ProductionOrder
from tools.objects.reading import Reading, System
from tools.plant.model import Plant
from tools.ports import Orders

T = TypeVar("T")

router = APIRouter(prefix="/v1", tags=["assessments"])
Assessor = Annotated[Admitted, Depends(needs(Deed.ASSESS))]

Key = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,40}$", strip_whitespace=True)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=6)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FeasibilityQuestion(_Body):
    """An order, and what of it is asked otherwise than the order says.

    The quantity is in the order's unit. Due is the whole of the date, by the plant's clock; without
    it, the order's own end. Without ``plant`` it is looked for at the visitor's plants.
    """

    order_id: Key
    material: Key | None = None
    quantity: Amount | None = None
    required_work_center: Key | None = None
    required_skill: Key | None = None
    due_date: date | None = None
    plant: Key | None = None


class Reason(BaseModel):
    """One thing that was found: its part, what it weighs, and the facts that say so."""

    part: str
    weight: float
    says: str
    facts: list[str]


class FeasibilityAnswer(BaseModel):
    """Whether it can be made in time; ``reasons``, ``parts`` and ``facts`` only if asked for."""

    feasibility_score: float
    status: Status
    blocking_issues: list[str]
    warnings: list[str]
    recommended_action: Recommended
    parts: dict[str, float] | None = None
    reasons: list[Reason] | None = None
    facts: dict[str, Any] | None = None


class SequenceQuestion(_Body):
    """Orders of a plant that wait for their release."""

    plant: Key
    orders: Annotated[tuple[Key, ...], Field(min_length=1, max_length=50)]


class SequencePlace(BaseModel):
    """An order at its place, as feasible as those before it leave it."""

    position: int
    order: str
    status: Status
    feasibility_score: float
    recommended_action: Recommended
    start: datetime | None
    end: datetime | None
    says: list[str]


class SequenceAnswer(BaseModel):
    """The orders in the sequence in which they are best released."""

    sequence: list[SequencePlace]


@router.post("/feasibility/check", responses=problems(404), response_model_exclude_none=True)
async def check_feasibility(
    request: Request,
    question: FeasibilityQuestion,
    by: Assessor,
    explain: Annotated[
        Literal["reasons", "facts"] | None,
        Query(description="Say the reasons too, or the reasons and the facts."),
    ] = None,
) -> FeasibilityAnswer:
    """Say whether an order can be made in time, and what to do about it.

    Routing, work centres and certificates may be a minute old; all else is read for the answer.
    """
    concord: Machinery = request.app.state.concord
    order = normal(question.order_id)
    memory: Memory = request.app.state.memory
    plant = await _plant(concord, question.plant, order, by, memory)
    reads = _reads(concord, plant, memory)
    checked = await _asked(feasibility.assess(order, _wanted(question, reads.plant), reads))
    its = checked.feasibility
    answer = FeasibilityAnswer(
        feasibility_score=float(its.score),
        status=its.status,
        blocking_issues=[str(one.says) for one in its.blocking],
        warnings=[str(one.says) for one in its.warnings],
        recommended_action=its.recommended,
    )
    if explain is not None:
        answer.parts = {part.value: float(weight) for part, weight in its.parts.items()}
        answer.reasons = [_reason(one) for one in its.findings]
    if explain == "facts":
        answer.facts = checked.judged.gathered.sheet
    return answer


@router.post("/orders/sequence", responses=problems(404))
async def sequence_orders(
    request: Request, question: SequenceQuestion, by: Assessor
) -> SequenceAnswer:
    """Say in which sequence orders are best released, by material, machines, time and people."""
    concord: Machinery = request.app.state.concord
    memory: Memory = request.app.state.memory
    plant = await _plant(concord, question.plant, "", by, memory)
    orders = [normal(order) for order in question.orders]
    places = await _asked(feasibility.sequence(orders, _reads(concord, plant, memory)))
    return SequenceAnswer(
        sequence=[
            SequencePlace(
                position=one.position,
                order=one.order,
                status=one.feasibility.status,
                feasibility_score=float(one.feasibility.score),
                recommended_action=one.feasibility.recommended,
                start=one.feasibility.runs[0].start if one.feasibility.runs else None,
                end=one.feasibility.runs[-1].end if one.feasibility.runs else None,
                says=[str(found.says) for found in one.feasibility.findings],
            )
            for one in places
        ]
    )


def _reason(found: Finding) -> Reason:
    return Reason(
        part=found.part.value,
        weight=float(found.weight),
        says=str(found.says),
        facts=list(found.cites),
    )


def _wanted(question: FeasibilityQuestion, plant: Plant) -> Asked:
    due = question.due_date
    ends = None if due is None else datetime.combine(due + timedelta(days=1), time(), plant.zone)
    return Asked(
        quantity=question.quantity,
        material=normal(question.material) if question.material else None,
        work_center=question.required_work_center,
        skill=question.required_skill,
        due=ends,
    )


def _reads(concord: Machinery, plant: str, memory: Memory) -> Reads:
    context = concord.context
    sides = reading_only(context.sides(plant), memory=memory)
    return Reads(context.plants[plant], sides, context.catalog, context.clock())


async def _plant(
    concord: Machinery, named: str | None, order: str, by: Admitted, memory: Memory
) -> str:
    """Return the plant that is asked about: the one named, or the one that has the order."""
    if named is not None:
        if named not in concord.context.plants:
            raise Problem(422, "plant: no such plant is known here", field="plant")
        by.at(named)
        return named
    theirs = sorted(plant for plant in concord.context.plants if by.may_at(plant))
    if len(theirs) == 1:
        return theirs[0]
    has = await _asked(asyncio.gather(*(_has(concord, plant, order, memory) for plant in theirs)))
    found = [plant for plant, its in zip(theirs, has, strict=True) if its]
    if not found:
        raise Problem(404, f"No plant has order {order}.")
    return found[0]


async def _has(concord: Machinery, plant: str, order: str, memory: Memory) -> bool:
    """Return whether a plant has an order; which one does never changes, so it is remembered."""

    async def at_home() -> Reading[ProductionOrder]:
        found = await concord.context.sides(plant)[System.ERP].port(Orders).order(order)
        if found.value.plant != plant:
            raise NotFound("the ERP", f"plant {plant} has no order {order}")
        return found

    try:
        await memory.recall((System.ERP, "order", (plant, order)), at_home)
    except NotFound:
        return False
    return True


async def _asked(question: Awaitable[T]) -> T:
    try:
        return await question
    except feasibility.UnknownOrder as error:
        raise Problem(404, str(error)) from error
    except (ToolError, Unreadable) as error:
        raise Problem(503, f"A system cannot be asked just now: {error}") from error

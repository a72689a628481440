"""Reconciliation: the orders of a plant that stand elsewhere in two systems and need a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from agent.assessments.order_agreement import reconcile
from agent.assessments.reads import Reads, reading_only
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.service.problem import Problem
from agent.service.served import problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs
from tools.errors import ToolError

router = APIRouter(prefix="/v1/plants/{plant}", tags=["assessments"])
Assessor = Annotated[Admitted, Depends(needs(Deed.ASSESS))]
Code = Annotated[str, Path(max_length=8, description="The plant.", examples=["1010"])]


@dataclass(frozen=True)
class OrderInQuestion:
    """An order that needs a person, and the step that would settle it."""

    order: str
    cause: str
    says: str
    step: str | None


@dataclass(frozen=True)
class Reconciliation:
    """All open orders of a plant were looked at; these need a person."""

    plant: str
    looked_at: int
    orders: tuple[OrderInQuestion, ...]


@router.post("/orders/reconciliation", responses=problems(404, 503))
async def reconciliation(request: Request, who: Assessor, plant: Code) -> Reconciliation:
    """Compare the status of every open order in ERP and MES; nothing is changed."""
    concord: Machinery = request.app.state.concord
    site = concord.plants.get(plant)
    if site is None or plant not in who.plants:
        raise Problem(404, f"No plant {plant} is known here.")
    context = concord.context
    reads = Reads(site.plant, reading_only(site.sides), context.catalog, context.clock())
    try:
        found = await reconcile(reads)
    except ToolError as error:
        raise Problem(503, f"A system cannot be read: {error}") from error
    orders = tuple(
        OrderInQuestion(one.order, one.cause, str(one.says), str(one.step) if one.step else None)
        for one in found.disagreeing
    )
    return Reconciliation(plant, found.looked_at, orders)

"""Pre-checks and triage: answered at once, nothing changed; a case is opened only if asked to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent import chance
from agent.assessments import confirmation, goods_issue, triage
from agent.assessments.answer import Advice, Answer
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
from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.identifiers import normal, operation_number
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.ports import Confirmations, Movements

router = APIRouter(prefix="/v1", tags=["assessments"])
Assessor = Annotated[Admitted, Depends(needs(Deed.ASSESS))]

Key = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,40}$", strip_whitespace=True)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=6)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Use(_Body):
    """What was used of one material."""

    material: Key
    quantity: Amount
    unit: Key
    location: Key | None = None
    batch: Key | None = None


class ConfirmationQuestion(_Body):
    """A confirmation that is about to be posted."""

    plant: Key
    order: Key
    operation: Key
    unit: Key
    yielded: Amount
    scrapped: Amount = Decimal(0)
    reworked: Amount = Decimal(0)
    final: bool = False
    posting_date: date | None = None
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    uses: Annotated[tuple[Use, ...], Field(max_length=50)] = ()
    open_case: bool = False


class IssueQuestion(_Body):
    """A goods issue for an order that is about to be booked."""

    plant: Key
    order: Key
    material: Key
    quantity: Amount
    unit: Key
    location: Key
    batch: Key | None = None
    posting_date: date | None = None
    open_case: bool = False


class TriageQuestion(_Body):
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


@router.post("/prechecks/confirmation", responses=problems())
async def check_confirmation(
    request: Request, question: ConfirmationQuestion, by: Assessor
) -> Assessed:
    """Say whether a confirmation may be posted: pass, pass with a note, or hold."""
    concord: Machinery = request.app.state.concord
    now = _at(concord, question.plant, by)
    unit = question.unit
    proposed = Confirmation(
        number=confirmation.PROPOSED,
        order=normal(question.order),
        operation=operation_number(question.operation),
        yielded=Quantity(question.yielded, unit),
        scrapped=Quantity(question.scrapped, unit),
        reworked=Quantity(question.reworked, unit),
        state=ConfirmationState.PENDING,
        posting_date=question.posting_date or now.date(),
        entered_at=now,
        final=question.final,
        note=question.note,
        uses=tuple(
            MaterialUse(
                normal(one.material), Quantity(one.quantity, one.unit), one.location, one.batch
            )
            for one in question.uses
        ),
    )
    sides = concord.context.sides(question.plant)
    own = confirmation.ProposedConfirmations(sides[System.MES], proposed)
    reads = _reads(concord, question.plant, {Confirmations: own})
    answer = await _asked(confirmation.assess(proposed, reads))
    keys = {"order": proposed.order, "operation": proposed.operation}
    kind = "concord.confirmation.quantity.v1"
    return await _told(request, question, kind, keys, answer)


@router.post("/prechecks/goods-issue", responses=problems())
async def check_goods_issue(request: Request, question: IssueQuestion, by: Assessor) -> Assessed:
    """Say whether a goods issue may be booked: stock, batch, quality and holds."""
    concord: Machinery = request.app.state.concord
    now = _at(concord, question.plant, by)
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=normal(question.material),
        plant=question.plant,
        quantity=Quantity(question.quantity, question.unit),
        location=question.location,
        batch=question.batch,
        order=normal(question.order),
    )
    day = question.posting_date or now.date()
    proposed = MaterialDocument(goods_issue.PROPOSED, day, now, (line,))
    sides = concord.context.sides(question.plant)
    own = goods_issue.ProposedMovement(sides[System.MES], proposed)
    reads = _reads(concord, question.plant, {Movements: own})
    answer = await _asked(goods_issue.assess(proposed, reads))
    keys = {"order": str(line.order), "material": line.material}
    return await _told(request, question, "concord.stock.deficit.v1", keys, answer)


@router.post("/triage", responses=problems())
async def sort_out(question: TriageQuestion, by: Assessor) -> Sorted:
    """Say what an error text is about, whose queue it belongs in, and what is suggested."""
    return Sorted(**asdict(triage.assess(question.text)))


def _at(concord: Machinery, plant: str, by: Admitted) -> Any:
    """Return the plant's time, if there is such a plant and it is the visitor's."""
    if plant not in concord.context.plants:
        raise Problem(422, "plant: no such plant is known here", field="plant")
    by.at(plant)
    return concord.context.plants[plant].local(concord.context.clock())


def _reads(concord: Machinery, plant: str, own: Mapping[Any, Any]) -> Reads:
    context = concord.context
    sides = reading_only(context.sides(plant), own)
    return Reads(context.plants[plant], sides, context.catalog, context.clock())


async def _asked(question: Any) -> Answer:
    try:
        return await question
    except (ToolError, Unreadable) as error:
        raise Problem(503, f"A system cannot be asked just now: {error}") from error


async def _told(
    request: Request,
    question: ConfirmationQuestion | IssueQuestion,
    kind: str,
    keys: Mapping[str, str],
    answer: Answer,
) -> Assessed:
    """Return the answer, with the case it opened if that was asked for and there is a reason."""
    found = [
        Found(
            found_by=one.found_by,
            name=one.name,
            says=str(one.says),
            advice=one.advice,
            confidence=one.confidence,
        )
        for one in answer.discrepancies
    ]
    case = None
    if question.open_case and answer.advice is not Advice.PASS:
        case = await _case(request, question.plant, kind, keys)
    return Assessed(
        advice=answer.advice, confidence=answer.confidence, discrepancies=found, case=case
    )


async def _case(request: Request, plant: str, kind: str, keys: Mapping[str, str]) -> str | None:
    proposer = await needs(Deed.PROPOSE)(request)
    proposer.at(plant)
    concord: Machinery = request.app.state.concord
    inlet: Inlet = request.app.state.inlet
    event = {
        "specversion": "1.0",
        "id": chance.identifier(),
        "source": SOURCE,
        "type": kind,
        "time": concord.context.clock().isoformat(),
        "data": {"plant": plant, **keys},
    }
    taken = await inlet.take(json.dumps(event).encode(), Sender(proposer.name))
    return taken.received.case if taken.received else None

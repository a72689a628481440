"""Pre-check of a goods issue: is there enough, in that batch, at that place, and may it be used?"""

from __future__ import annotations

import asyncio
from datetime import datetime

from agent.actions.post_movement import PostMovement
from agent.assessments.answer import Advice, Answer, Discrepancy, answer_of
from agent.assessments.precheck import Precheck
from agent.assessments.question import Amount, Key, Question
from agent.assessments.reads import Reads
from agent.case.remedy import Derivation, Remedy, Term
from agent.case.text import text
from tools.errors import NotOffered
from tools.objects.identifiers import normal
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.nonconformance import Held, Hold
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.ports import Holds, Movements, Side

DEFICIT = "materials/stock_deficit"
PROPOSED = "proposed/0000"


class ProposedMovement(Movements):
    """The goods issue in question, as if the shop floor had reported it."""

    system = System.MES

    def __init__(self, mes: Side, proposed: MaterialDocument) -> None:
        self._mes, self._proposed = mes, proposed

    async def movement(self, document: str) -> Reading[MaterialDocument]:
        """Return the one in question."""
        return Reading(self._proposed, System.MES, self._mes.clock())


class IssueQuestion(Question):
    """A goods issue for an order that is about to be booked."""

    order: Key
    material: Key
    quantity: Amount
    unit: Key
    location: Key
    batch: Key | None = None

    def proposed(self, now: datetime) -> MaterialDocument:
        """Return the goods issue as it would be reported now."""
        line = GoodsMovement(
            type=MovementType.ISSUE_ORDER,
            material=normal(self.material),
            plant=self.plant,
            quantity=Quantity(self.quantity, self.unit),
            location=self.location,
            batch=self.batch,
            order=normal(self.order),
        )
        return MaterialDocument(PROPOSED, self.day(now), now, (line,))


async def assess(asked: IssueQuestion, reads: Reads) -> Answer:
    """Say whether a goods issue may be booked: stock, batch, quality and holds."""
    proposed = asked.proposed(reads.local)
    own = reads.having(Movements, lambda mes: ProposedMovement(mes, proposed))
    return await _assessed(proposed, own)


def keys(asked: IssueQuestion) -> dict[str, str]:
    """Return what a case about it is about."""
    return {"order": normal(asked.order), "material": normal(asked.material)}


async def _assessed(proposed: MaterialDocument, reads: Reads) -> Answer:
    """Answer whether a goods issue for an order may be booked."""
    line = proposed.lines[0]
    keys = {"order": line.order or "", "material": line.material, "document": proposed.number}
    judged, held = await asyncio.gather(reads.judged(DEFICIT, keys), _held(line, reads))
    found = [*judged.found, *held]
    if judged.facts is not None:
        draft = MovementDraft(proposed.posting_date, proposed.lines)
        source = (Term("issue.lines.0.quantity"),)
        remedy = Remedy(
            cause="assessed",
            summary=text("Book it as it was reported"),
            hard=(PostMovement(draft),),
            derivations=(Derivation(0, "draft.lines.0.quantity", line.quantity, source),),
            rests_on=("order", "material", "stock"),
        )
        found += reads.proved(remedy, judged)
    return answer_of(found, [] if judged.sure is None else [judged.sure])


async def _held(line: GoodsMovement, reads: Reads) -> list[Discrepancy]:
    """Return the holds of the shop floor on what would be issued, or on the order."""
    try:
        holds = (await reads.sides[System.MES].port(Holds).holds(reads.plant.code)).value
    except NotOffered:
        return []
    about = {(Held.ORDER, line.order), (Held.MATERIAL, line.material), (Held.BATCH, line.batch)}
    return [_said(hold) for hold in holds if hold.active and (hold.kind, hold.object) in about]


def _said(hold: Hold) -> Discrepancy:
    says = text(
        "{kind} {object} is on hold: {reason}",
        kind=hold.kind.value,
        object=hold.object,
        reason=hold.reason,
    )
    return Discrepancy("holds", "on_hold", says, Advice.HOLD, 1.0)


PRECHECK = Precheck(IssueQuestion, assess, "concord.stock.deficit.v1", keys)

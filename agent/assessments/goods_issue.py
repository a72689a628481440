"""Pre-check of a goods issue: is there enough, in that batch, at that place, and may it be used?"""

from __future__ import annotations

import asyncio

from agent.actions.post_movement import PostMovement
from agent.assessments.answer import Advice, Answer, Discrepancy, answer_of
from agent.assessments.reads import Reads
from agent.case.remedy import Derivation, Remedy, Term
from agent.case.text import text
from tools.errors import NotOffered
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft
from tools.objects.nonconformance import Held, Hold
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


async def assess(proposed: MaterialDocument, reads: Reads) -> Answer:
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

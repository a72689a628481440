"""Pre-check of a confirmation: would it be right to post it, as the playbooks and proofs see it?

Consumption is judged by the playbook of consumption variances, material by material; quantities by
that of confirmation quantities; stock, period, status, units and sources by the named checks.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from agent.assessments.answer import Answer, answer_of
from agent.assessments.precheck import Precheck
from agent.assessments.question import Amount, Key, Part, Question
from agent.assessments.reads import Reads
from agent.case.remedy import Remedy
from agent.case.text import text
from agent.playbooks.correcting import Correction
from agent.playbooks.pairing import Entry
from tools.errors import NotOffered
from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.identifiers import normal, operation_number
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.ports import Confirmations, Side

QUANTITY = "production/confirmation_quantity"
CONSUMPTION = "production/confirmation_variance"
PROPOSED = "proposed"


class ProposedConfirmations(Confirmations):
    """The shop floor's confirmations, and the one in question among them."""

    system = System.MES

    def __init__(self, mes: Side, proposed: Confirmation) -> None:
        self._mes, self._proposed = mes, proposed

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        """Return the one in question."""
        return Reading(self._proposed, System.MES, self._mes.clock())

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        """Return those of the order, the one in question last."""
        try:
            found = (await self._mes.port(Confirmations).confirmations(order)).value
        except NotOffered:
            found = ()
        return Reading((*found, self._proposed), System.MES, self._mes.clock())


class Use(Part):
    """What was used of one material."""

    material: Key
    quantity: Amount
    unit: Key
    location: Key | None = None
    batch: Key | None = None

    def used(self) -> MaterialUse:
        """Return it as systems report it."""
        amount = Quantity(self.quantity, self.unit)
        return MaterialUse(normal(self.material), amount, self.location, self.batch)


class ConfirmationQuestion(Question):
    """A confirmation that is about to be posted."""

    order: Key
    operation: Key
    unit: Key
    yielded: Amount
    scrapped: Amount = Decimal(0)
    reworked: Amount = Decimal(0)
    final: bool = False
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    uses: Annotated[tuple[Use, ...], Field(max_length=50)] = ()

    def proposed(self, now: datetime) -> Confirmation:
        """Return the confirmation as it would be reported now."""
        return Confirmation(
            number=PROPOSED,
            order=normal(self.order),
            operation=operation_number(self.operation),
            yielded=Quantity(self.yielded, self.unit),
            scrapped=Quantity(self.scrapped, self.unit),
            reworked=Quantity(self.reworked, self.unit),
            state=ConfirmationState.PENDING,
            posting_date=self.day(now),
            entered_at=now,
            final=self.final,
            note=self.note,
            uses=tuple(one.used() for one in self.uses),
        )


async def assess(asked: ConfirmationQuestion, reads: Reads) -> Answer:
    """Say whether a confirmation may be posted: pass, pass with a note, or hold."""
    proposed = asked.proposed(reads.local)
    own = reads.having(Confirmations, lambda mes: ProposedConfirmations(mes, proposed))
    return await _assessed(proposed, own)


def keys(asked: ConfirmationQuestion) -> dict[str, str]:
    """Return what a case about it is about."""
    return {"order": normal(asked.order), "operation": operation_number(asked.operation)}


async def _assessed(proposed: Confirmation, reads: Reads) -> Answer:
    """Answer whether a confirmation may be posted; ``reads`` has it among the reports."""
    keys = {"order": proposed.order, "confirmation": proposed.number}
    used = sorted({use.material for use in proposed.uses})
    whole, *parts = await asyncio.gather(
        reads.judged(QUANTITY, keys | {"operation": proposed.operation}),
        *(reads.judged(CONSUMPTION, keys | {"material": one}) for one in used),
    )
    found = [one for judged in (whole, *parts) for one in judged.found]
    if whole.facts is not None:
        index = len(whole.facts.reports) - 1
        correction = Correction()
        correction.post(Entry(f"reports.{index}", proposed), proposed.posting_date)
        remedy = Remedy(
            cause="assessed",
            summary=text("Post it as it was reported"),
            hard=tuple(correction.hard),
            derivations=tuple(correction.derivations),
            rests_on=("order", "reports", "stock", "period"),
        )
        found += reads.proved(remedy, whole)
    return answer_of(found, [one.sure for one in (whole, *parts) if one.sure is not None])


PRECHECK = Precheck(ConfirmationQuestion, assess, "concord.confirmation.quantity.v1", keys)

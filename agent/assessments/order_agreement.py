"""Reconciliation of a plant's orders: which stand elsewhere in two systems, and need somebody.

Every order that any system calls open is judged by the playbook of order statuses; those that
agree, or will by a posting on its way, are not told of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agent.assessments.reads import Judged, Reads
from agent.case.remedy import Remedy
from agent.case.text import Text, text
from agent.nodes.gather import Unreadable
from tools.errors import NotOffered
from tools.objects.reading import System
from tools.ports import Orders

KIND = "production/order_status"
AT_ONCE = 8
"""So many orders are read at the same time; a plant's systems have other work."""


@dataclass(frozen=True)
class Disagreement:
    """One order, why it needs a person, and the step that would settle it, if one follows."""

    order: str
    cause: str
    says: Text
    step: Text | None

    def plain(self) -> dict[str, str | None]:
        """Return it as JSON has it."""
        step = str(self.step) if self.step else None
        return {"order": self.order, "cause": self.cause, "says": str(self.says), "step": step}


@dataclass(frozen=True)
class Reconciled:
    """How many orders were looked at, and those that need a person, by number."""

    looked_at: int
    disagreeing: tuple[Disagreement, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"looked_at": self.looked_at, "orders": [one.plain() for one in self.disagreeing]}


async def reconcile(reads: Reads) -> Reconciled:
    """Compare all open orders of a plant. It only reads."""
    numbers = await _numbers(reads)
    gate = asyncio.Semaphore(AT_ONCE)

    async def look(number: str) -> Disagreement | None:
        async with gate:
            try:
                judged = await reads.judged(KIND, {"order": number})
            except Unreadable as error:
                says = text("The systems do not know: {missing}", missing=error)
                return Disagreement(number, "unknown", says, None)
            return _disagreement(number, judged, reads)

    found = await asyncio.gather(*(look(number) for number in numbers))
    return Reconciled(len(numbers), tuple(one for one in found if one is not None))


async def _numbers(reads: Reads) -> list[str]:
    """Return the orders that ERP or MES calls open."""

    async def of(system: System) -> Iterable[str]:
        try:
            orders = await reads.sides[system].port(Orders).orders(reads.plant.code)
        except NotOffered:
            return ()
        return [order.number for order in orders.value]

    both = await asyncio.gather(of(System.ERP), of(System.MES))
    return sorted({number for numbers in both for number in numbers})


def _disagreement(number: str, judged: Judged, reads: Reads) -> Disagreement | None:
    if not judged.found:
        return None
    found = judged.found[0]
    if judged.facts is None or found.name not in _causes(reads):
        return Disagreement(number, found.name, found.says, None)
    plan = reads.catalog.playbooks[KIND].remedy(found.name, judged.facts, reads.plant)
    step = plan.summary if isinstance(plan, Remedy) else None
    return Disagreement(number, found.name, found.says, step)


def _causes(reads: Reads) -> set[str]:
    return {cause.name for cause in reads.catalog.playbooks[KIND].causes}

"""Feasibility of an order, and the sequence of several: the playbook's own judgement, at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agent.assessments.reads import Judged, Reads
from agent.playbooks.feasibility import Asked, Facts, Feasibility, assessed
from agent.playbooks.release_sequence import Place, sequenced

RELEASE = "planning/order_release"


class UnknownOrder(Exception):
    """A system that has to know an order does not; who asks reacts."""


@dataclass(frozen=True)
class Checked:
    """The answer, and everything it was worked out from."""

    feasibility: Feasibility
    judged: Judged


async def assess(order: str, asked: Asked, reads: Reads) -> Checked:
    """Answer whether an order can be made in time.

    Raises:
        UnknownOrder: The ERP does not have it.
    """
    judged = await _read(order, reads)
    return Checked(assessed(judged.facts, reads.plant, asked), judged)


async def sequence(orders: Sequence[str], reads: Reads) -> tuple[Place, ...]:
    """Answer in which sequence orders are best released.

    Raises:
        UnknownOrder: The ERP does not have one of them.
    """
    judged = await asyncio.gather(*(_read(one, reads) for one in dict.fromkeys(orders)))
    facts: list[Facts] = [one.facts for one in judged]
    return sequenced(facts, reads.plant)


async def _read(order: str, reads: Reads) -> Judged:
    if RELEASE not in reads.catalog.playbooks:
        raise UnknownOrder(f"nothing here judges {RELEASE}")
    judged = await reads.judged(RELEASE, {"order": order})
    if judged.facts is None or judged.facts.order.plant != reads.plant.code:
        raise UnknownOrder(f"plant {reads.plant.code} has no order {order}")
    return judged

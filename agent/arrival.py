"""Arrival: the one door every signal comes through, whoever carries it.

What is no signal, or of no plant we know, is kept as a dead letter with the reason; what no
playbook recognises becomes a case for a person. Nothing is thrown away.
"""

from __future__ import annotations

from agent.bootstrap import Machinery
from agent.records.arrivals import Arrived, Received
from agent.records.cases import CaseRecords
from agent.records.gates import Enqueue
from agent.records.states import How, LetterState
from agent.traces import span
from agent.understanding import Acquaintance


async def arrive(
    raw: bytes, concord: Machinery, enqueue: Enqueue, proposed_by: str | None = None
) -> Received:
    """Take in what arrived, and say what became of it."""
    known = acquaintance(concord)
    return await take_in(known.understand(raw, proposed_by).arrived, concord.records, enqueue)


def acquaintance(concord: Machinery) -> Acquaintance:
    """Return what signals are judged by here and now."""
    context = concord.context
    return Acquaintance(context.plants, context.catalog, context.clock())


async def take_in(arrived: Arrived, records: CaseRecords, enqueue: Enqueue) -> Received:
    """Take a signal in; one that died before and is sent again, mended, rises from the dead."""
    with span("signal", source=arrived.source, id=arrived.id):
        received = await records.receive(arrived, enqueue)
    return await risen(received, arrived, records, enqueue)


async def risen(
    received: Received, arrived: Arrived, records: CaseRecords, enqueue: Enqueue
) -> Received:
    """Let a signal rise that is a dead one sent again, mended; else leave it at what it was."""
    letter = received.dead_letter
    if received.how is How.DUPLICATE and letter is not None and arrived.refusal is None:
        lying = await records.dead_letter(letter)
        if lying is not None and lying.state is LetterState.LYING:
            return await records.replay(letter, arrived.source, lambda _: arrived, enqueue)
    return received

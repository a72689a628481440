"""Arrival: the one door every signal comes through, whoever carries it.

Bytes are read strictly. What is no signal, or of no plant we know, is kept as a dead letter with
the reason; what no playbook recognises becomes a case for a person. Nothing is thrown away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from agent.bootstrap import Machinery
from agent.identifying import conflict_of
from agent.intake import Malformed, letter_of, parse, read_signal
from agent.playbooks.catalog import Catalog
from agent.records.arrivals import Arrived, Received
from agent.records.cases import CaseRecords
from agent.records.gates import Enqueue
from agent.records.states import How
from agent.traces import span

NOBODY = "unknown"
"""Stands for the source of what does not say where it comes from."""


@dataclass(frozen=True)
class Understood:
    """A signal as it was understood; ``problem`` says what was wrong with it, and where."""

    arrived: Arrived
    problem: Malformed | None = None


@dataclass(frozen=True)
class Acquaintance:
    """What a signal is judged by: the plants and conflicts that are known, and the time."""

    plants: Collection[str]
    catalog: Catalog
    now: datetime

    def understand(self, raw: bytes, proposed_by: str | None = None) -> Understood:
        """Read what arrived. Never raises: what cannot be read is understood as refused."""
        try:
            event = parse(raw)
        except Malformed as problem:
            text = raw.decode("utf-8", "replace")
            name = "sha256:" + hashlib.sha256(raw).hexdigest()
            return refused(Arrived(NOBODY, name, {"text": text}), problem)
        return self.understood(event, raw, proposed_by)

    def understood(
        self, event: Mapping[str, Any], raw: bytes, proposed_by: str | None = None
    ) -> Understood:
        """Understand an event that was read; ``raw`` names it where it has no name of its own."""
        try:
            signal = read_signal(event, self.now)
        except Malformed as problem:
            letter = letter_of(event)
            name = letter.id if letter else "sha256:" + hashlib.sha256(raw).hexdigest()
            source = letter.source if letter else NOBODY
            return refused(Arrived(source, name, dict(event)), problem)
        arrived = Arrived(signal.source, signal.id, dict(event), signal, proposed_by=proposed_by)
        if signal.plant not in self.plants:
            known = ", ".join(sorted(self.plants)) or "none"
            said = f"no plant {signal.plant!r} is known here (known: {known})"
            problem = Malformed("data.plant", said)
            return refused(arrived, problem)
        return Understood(replace(arrived, conflict=conflict_of(signal, self.catalog)))

    def reread(self, body: Any) -> Arrived:
        """Understand a dead signal's body once more, now that somebody has mended something."""
        return self.understand(_raw(body)).arrived


async def arrive(
    raw: bytes, concord: Machinery, enqueue: Enqueue, proposed_by: str | None = None
) -> Received:
    """Take in what arrived, and say what became of it."""
    known = acquaintance(concord)
    return await take_in(known.understand(raw, proposed_by).arrived, concord.records, enqueue)


def acquaintance(concord: Machinery) -> Acquaintance:
    """Return what signals are judged by here and now."""
    context = concord.context
    return Acquaintance(context.plants.keys(), context.catalog, context.clock())


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
        lying = {one.id for one in await records.dead_letters()}
        if letter in lying:
            return await records.replay(letter, arrived.source, lambda _: arrived, enqueue)
    return received


def refused(arrived: Arrived, problem: Malformed) -> Understood:
    """Understand a signal as one that is refused, and kept with the reason."""
    return Understood(replace(arrived, signal=None, refusal=str(problem)), problem)


def _raw(body: Any) -> bytes:
    """Return the bytes a stored body came from, as far as they matter."""
    if isinstance(body, dict) and set(cast(dict[str, Any], body)) == {"text"}:
        return str(cast(dict[str, Any], body)["text"]).encode("utf-8", "surrogatepass")
    return json.dumps(body).encode()

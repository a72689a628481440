"""The inlet of a process that takes signals in: understood, placed, and written in groups."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from agent.arrival import acquaintance, risen
from agent.bootstrap import Machinery
from agent.ingress import idoc
from agent.ingress.grouping import GroupWriter
from agent.ingress.placing import Nothing, NotNow, placed
from agent.ingress.rules import known_to
from agent.ingress.sender import Sender
from agent.ingress.translating import Translated, is_foreign, translated, translated_idoc
from agent.intake import LONGEST, Malformed, letter_of, parse
from agent.records.arrivals import Arrived, Received
from agent.records.gates import Enqueue
from agent.traces import span
from agent.understanding import NOBODY, Acquaintance, Understood, refused


@dataclass(frozen=True)
class Taken:
    """What became of one signal: where it is kept, and what was wrong with it.

    Without ``received`` there was nothing to do about it. ``later`` means that it is kept, but
    should be sent again: what it is about could not be read just now.
    """

    received: Received | None
    problem: Malformed | None = None
    forbidden: bool = False
    later: bool = False


NOTHING_TO_DO = Taken(None)


class Inlet:
    """Takes signals in for one process."""

    def __init__(self, concord: Machinery, enqueue: Enqueue) -> None:
        self._concord, self._enqueue = concord, enqueue
        self._writer = GroupWriter(concord.database, concord.context.clock, enqueue)

    async def take(self, raw: bytes, sender: Sender) -> Taken:
        """Take one event in; when this returns it is kept, as a case or as a dead letter."""
        known = acquaintance(self._concord)
        try:
            event: Mapping[str, Any] = parse(raw)
        except Malformed:
            return await self._keep(known.understand(raw), sender)
        if not is_foreign(event):
            return await self._keep(known.understood(event, raw), sender)
        try:
            it = translated(event)
        except Malformed as problem:
            return await self._keep(unread(event, problem), sender)
        return await self._take(it, event, known, sender)

    async def take_idocs(self, body: bytes, sender: Sender) -> list[Taken]:
        """Take all IDocs of a document in, each of their signals by itself."""
        try:
            found = idoc.read(body)
        except Malformed as problem:
            text = body[:LONGEST].decode("utf-8", "replace")
            return [await self._keep(unread({"text": text}, problem), sender)]
        known = acquaintance(self._concord)
        taken = list[Taken]()
        for one in found:
            taken += await self._take_idoc(one, known, sender)
        return taken

    async def _take_idoc(self, one: idoc.Idoc, known: Acquaintance, sender: Sender) -> list[Taken]:
        try:
            signals = translated_idoc(one, known.now, self._zone_of)
        except Malformed as problem:
            fields = [{"name": seg.name, **seg.fields} for seg in one.segments]
            event = {"id": one.number, "source": one.source, "control": one.control}
            event |= {"segments": fields}
            return [await self._keep(unread(event, problem), sender)]
        if not signals:
            return [NOTHING_TO_DO]
        return [await self._take(it, it.event, known, sender) for it in signals]

    async def _take(
        self, it: Translated, event: Mapping[str, Any], known: Acquaintance, sender: Sender
    ) -> Taken:
        """Take a translated signal in, once it is known where it belongs."""
        if not known_to(known.catalog, it.rule.signal):
            return NOTHING_TO_DO
        made = it.event
        if it.reads is not None:
            ours = sender.plants if sender.plants is not None else set(known.plants)
            sides = {code: self._concord.context.sides(code) for code in sorted(ours)}
            try:
                made = it.placed(await placed(it, sides), self._zone_of)
            except Nothing:
                return NOTHING_TO_DO
            except NotNow as error:
                unplaced = unread(event, Malformed("data", str(error)))
                return replace(await self._keep(unplaced, sender), later=True)
            except Malformed as problem:
                return await self._keep(unread(event, problem), sender)
        return await self._keep(known.understood(made, _spelt(made)), sender)

    def _zone_of(self, plant: str) -> ZoneInfo:
        plants = self._concord.context.plants
        return plants[plant].zone if plant in plants else ZoneInfo("UTC")

    async def _keep(self, understood: Understood, sender: Sender) -> Taken:
        """Write down what was understood, or why it was not."""
        objection = sender.objection(understood.arrived)
        if objection is not None:
            stranger = f"{sender.name} as {understood.arrived.source}"
            understood = refused(replace(understood.arrived, source=stranger), objection)
        arrived = understood.arrived
        with span("signal", source=arrived.source, id=arrived.id):
            received = await self._writer.receive(arrived)
        received = await risen(received, arrived, self._concord.records, self._enqueue)
        return Taken(received, understood.problem, forbidden=objection is not None)


def unread(event: Mapping[str, Any], problem: Malformed) -> Understood:
    """Understand an event as one that is refused, by the name its sender gave it, if any."""
    letter = letter_of(event)
    name = letter.id if letter else "sha256:" + hashlib.sha256(_spelt(event)).hexdigest()
    arrived = Arrived(letter.source if letter else NOBODY, name, dict(event))
    return refused(arrived, problem)


def _spelt(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, sort_keys=True).encode()

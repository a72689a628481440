"""What an assessment can reach: reads, and nothing else.

The sides it is handed have no writes: each port is one whose writing methods refuse. What is not
posted yet stands among what the shop floor reported, so that playbooks judge it as if it were.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from agent.actions.action import Sides
from agent.assessments.answer import Advice, Discrepancy
from agent.assessments.memory import REMEMBERED, Memory
from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Handover
from agent.case.proof import Result
from agent.case.remedy import Remedy
from agent.case.text import text
from agent.nodes.diagnose import typed_facts
from agent.nodes.gather import Gathered, read_facts
from agent.playbooks.catalog import Catalog
from agent.playbooks.playbook import NOT_A_CONFLICT, Playbook, Risk
from agent.proof.check import Subject
from agent.proof.checks import prove
from agent.reasoning.weighing import Fit, weigh
from tools.errors import NotOffered
from tools.objects.reading import System
from tools.plant.model import Plant
from tools.ports import Access, Port, Side, marked

SOURCE = "/concord/assessment"


@dataclass(frozen=True)
class Judged:
    """A playbook's facts as they were read, and what it says of them."""

    kind: str
    facts: Any
    gathered: Gathered
    found: tuple[Discrepancy, ...]
    sure: float | None


@dataclass(frozen=True)
class Reads:
    """The plant as an assessment sees it."""

    plant: Plant
    sides: Sides
    catalog: Catalog
    now: datetime

    @property
    def local(self) -> datetime:
        """The time by the plant's clock."""
        return self.plant.local(self.now)

    def having(self, proposed: type[Port], own: Callable[[Side], Port]) -> Reads:
        """Return the reads with something among the shop floor's that is not posted yet."""
        instead = {proposed: own(self.sides[System.MES])}
        return replace(self, sides=reading_only(self.sides, instead))

    async def judged(self, kind: str, keys: Mapping[str, str]) -> Judged:
        """Read a playbook's facts, and have them weighed as a case's would be."""
        playbook = self.catalog.playbooks.get(kind)
        if playbook is None:
            says = text("Nothing here judges {kind}", kind=kind)
            unasked = Discrepancy(kind, "unknown", says, Advice.PASS_WITH_NOTE, 1.0)
            return Judged(kind, None, Gathered({}, (kind,)), (unasked,), None)
        about = f"{self.plant.code}/{playbook.object_key}/{keys[playbook.object_key]}"
        conflict = Conflict(kind, self.plant.code, about, dict(keys), playbook.criticality)
        signal = Signal(
            "assessment", SOURCE, playbook.triggers[0].type, self.now, self.plant.code, dict(keys)
        )
        gathered = await read_facts(
            playbook, conflict, signal, (), self.plant, self.sides, self.now
        )
        if gathered.missing:
            missing = ", ".join(gathered.missing)
            says = text("The systems do not know: {missing}", missing=missing)
            lost = Discrepancy(kind, "unknown", says, Advice.HOLD, 1.0)
            return Judged(kind, None, gathered, (lost,), None)
        facts = typed_facts(playbook, gathered.sheet)
        found, sure = self._weighed(kind, playbook, facts)
        return Judged(kind, facts, gathered, found, sure)

    def proved(self, remedy: Remedy, judged: Judged) -> list[Discrepancy]:
        """Run the named checks on what would be posted."""
        subject = Subject(remedy, judged.facts, judged.gathered.sheet, self.plant, self.now)
        grave = {Result.FAILED: Advice.HOLD, Result.UNKNOWN: Advice.PASS_WITH_NOTE}
        return [
            Discrepancy("proof", one.check, one.because, grave[one.result], 1.0)
            for one in prove(subject).verdicts
            if one.result in grave
        ]

    def _weighed(
        self, kind: str, playbook: Playbook, facts: Any
    ) -> tuple[tuple[Discrepancy, ...], float | None]:
        leanings = playbook.weigh(facts, self.plant)
        if isinstance(leanings, Handover):
            other = Discrepancy(kind, leanings.kind, leanings.because, Advice.HOLD, 1.0)
            return (other,), None
        names = [cause.name for cause in playbook.causes]
        diagnosis = weigh(names, leanings, (), Fit())
        if diagnosis.cause == NOT_A_CONFLICT:
            return (), 1.0 if diagnosis.decisive else diagnosis.confidence
        if diagnosis.cause is None:
            grave = Advice.HOLD if leanings else Advice.PASS_WITH_NOTE
            says = text("The facts do not tell whether this is right")
            return (Discrepancy(kind, "unclear", says, grave, diagnosis.confidence),), None
        cause = playbook.cause(diagnosis.cause)
        grave = Advice.PASS_WITH_NOTE if cause.risk is Risk.LOW else Advice.HOLD
        sure = 1.0 if diagnosis.decisive else diagnosis.confidence
        return (Discrepancy(kind, cause.name, cause.says, grave, sure),), sure


def reading_only(
    sides: Sides,
    instead: Mapping[type[Port], Port] | None = None,
    memory: Memory | None = None,
) -> Sides:
    """Return the sides without their writes, and with some of the shop floor's ports replaced.

    Args:
        sides: The plant's own.
        instead: The ports that stand for the shop floor's.
        memory: Where master data is looked for before it is read; without it, all is read.
    """
    return {system: _readers(side, instead or {}, memory) for system, side in sides.items()}


def _readers(side: Side, instead: Mapping[type[Port], Port], memory: Memory | None) -> Side:
    ports = [_reader(port, memory) for port in side.ports]
    if side.system is System.MES:
        for kind, own in instead.items():
            ports = [own, *(port for port in ports if not isinstance(port, kind))]
    return Side(side.system, side.name, tuple(ports), side.clock)


def _reader(port: Port, memory: Memory | None) -> Port:
    reader = copy.copy(port)
    reader.__class__ = _without_writes(type(port))
    if memory is not None:
        for name in REMEMBERED & set(dir(port)):
            setattr(reader, name, _recalling(memory, port, name))
    return reader


@cache
def _without_writes(kind: type[Port]) -> type[Port]:
    writes = [name for name in dir(kind) if marked(kind, name) is Access.WRITE]
    return type(f"Reading{kind.__name__}", (kind,), {name: _refusing(name) for name in writes})


def _recalling(memory: Memory, port: Port, name: str) -> Callable[..., Any]:
    async def recall(**keys: str) -> Any:
        about = tuple(f"{key}={value}" for key, value in sorted(keys.items()))
        return await memory.recall((port.system, name, about), lambda: getattr(port, name)(**keys))

    return recall


def _refusing(name: str) -> Callable[..., Any]:
    async def refuse(self: Port, *_: Any, **__: Any) -> Any:
        raise NotOffered(self.system, f"{name}: an assessment changes nothing")

    return refuse

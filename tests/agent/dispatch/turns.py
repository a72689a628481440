"""Turns that do what a test says, for signals about objects that a test names."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agent.advance import Rest, Rested, Step, directly, told
from agent.case.conflict import Conflict, Criticality, Signal
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords

PATIENCE = 60.0
"""For a machine that is busy; nothing here promises a time."""

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
DONE = told(Rest.DONE)

Says = Callable[[str, int], dict[str, Any]]


@dataclass
class Scripted:
    """Runs turns of one burst each; ``says`` tells how the n-th burst of a case ends.

    A case named in ``held`` waits until its event is set. ``log`` has each burst as it begins.
    """

    says: Says = lambda case, count: DONE
    held: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    log: list[str] = field(default_factory=list[str])
    doubtful: set[str] = field(default_factory=set[str])
    running: set[str] = field(default_factory=set[str])
    overlaps: list[str] = field(default_factory=list[str])

    async def turn(self, case: str, decision: str | None, step: Step = directly) -> Rested:
        said = await step(lambda: self._burst(case))
        return Rested(Rest(said["rest"]), said["why"], said["after_seconds"])

    async def in_doubt(self) -> set[str]:
        return self.doubtful

    def now(self) -> datetime:
        return NOW

    async def _burst(self, case: str) -> dict[str, Any]:
        if case in self.running:
            self.overlaps.append(case)
        self.running.add(case)
        self.log.append(case)
        try:
            if case in self.held:
                await self.held[case].wait()
            return self.says(case, self.log.count(case))
        finally:
            self.running.discard(case)


def arrived(name: str, about: str = "1", criticality: Criticality = Criticality.NORMAL) -> Arrived:
    """A signal about an order, and a conflict of its own."""
    keys = {"order": about, "material": name}
    signal = Signal(name, "/test", "test.v1", NOW, "1010", keys)
    conflict = Conflict("materials/stock_deficit", "1010", f"1010/order/{about}", keys, criticality)
    return Arrived("/test", name, {"id": name}, signal, conflict)


async def quiet(records: CaseRecords) -> None:
    """Wait until no turn holds a gate."""
    await until(lambda: records.running(), lambda running: not running)


async def until(ask: Callable[[], Any], is_so: Callable[[Any], bool]) -> None:
    """Wait until what is asked is as wanted."""
    async with asyncio.timeout(PATIENCE):
        while not is_so(await ask()):
            await asyncio.sleep(0.02)

"""Replays many closed cases, and counts what would have been different.

A case that cannot be judged anew (facts of an older form, a plant that is no longer configured, a
model that gives no answer) is told with its reason and counts neither way; the others go on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from evals.backtesting.backtest import Bench, Replayed, replay
from evals.backtesting.closed import Closed

AT_ONCE = 12
"""How many cases wait for a model at once."""

_LONGEST = 500


@dataclass(frozen=True)
class Broken:
    """A case that could not be judged anew, and why."""

    case: str
    kind: str
    why: str


@dataclass(frozen=True)
class Replays:
    """Closed cases, judged anew or broken."""

    cases: tuple[Replayed, ...]
    broken: tuple[Broken, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many there are, and how many differ in what."""
        counts = Counter[str](name for one in self.cases for name in one.changed)
        counts.update(one.against_people for one in self.cases if one.against_people)
        changed = sum(bool(one.changed) for one in self.cases)
        whole = {"cases": len(self.cases), "changed": changed, "errors": len(self.broken)}
        return {**whole, **counts}


async def replayed(cases: Iterable[Closed], bench: Bench) -> Replays:
    """Judge cases anew, in their order."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(case: Closed) -> Replayed | Broken:
        async with room:
            return await _replayed(case, bench)

    found = await asyncio.gather(*(one(case) for case in cases))
    return Replays(
        tuple(it for it in found if isinstance(it, Replayed)),
        tuple(it for it in found if isinstance(it, Broken)),
    )


async def _replayed(one: Closed, bench: Bench) -> Replayed | Broken:
    kind, plant = one.conflict.kind, one.conflict.plant
    if plant not in bench.plants:
        return Broken(one.case, kind, f"plant {plant} is not configured")
    if kind not in bench.catalog.playbooks:
        return Broken(one.case, kind, f"there is no playbook {kind} any more")
    try:
        return await replay(one, bench)
    except Exception as error:  # noqa: BLE001 (whatever breaks a case breaks that case alone)
        why = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
        return Broken(one.case, kind, why)

"""What Concord itself costs: cases a second, a case against its critical path, bytes, memory.

The systems are fakes that answer at once, or after a fixed time. All else is the real thing: both
bursts, durable turns, precedents, records with their audit, on SQLite.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from agent.actions.action import Sides
from agent.arrival import arrive
from agent.records.cases import CaseStatus
from benchmarks._running import at_rest, resident, running
from benchmarks._short_stock import Work, work
from tools.ports import Port, Side
from tools.ports.port import marked

CASES = 150
SLOW_SECONDS = 0.1
SLOW_CASES = 8
#: One behind the other: the facts, the facts again before acting, transfer, issue.
CRITICAL_CALLS = 4


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    settled: int
    kilobytes: float
    megabytes: float


def main() -> str:
    """Measure, and say which promises are kept."""
    logging.disable(logging.WARNING)
    quick = asyncio.run(_at_once())
    ratio = asyncio.run(_slowly())
    rate = quick.settled / quick.seconds
    return (
        "| what | measured | promised | |\n|---|---|---|---|\n"
        f"| cases a second, systems answering at once | {rate:.1f} | ≥ 15 | {_kept(rate >= 15)} |\n"
        f"| a case against its critical path, 100 ms a call | {ratio:.2f} | ≤ 1.25 "
        f"| {_kept(ratio <= 1.25)} |\n"
        f"| kB a case leaves in the database | {quick.kilobytes:.1f} | ≤ 60 "
        f"| {_kept(quick.kilobytes <= 60)} |\n"
        f"| settled of {CASES} | {quick.settled} | {CASES} | {_kept(quick.settled == CASES)} |\n"
        f"| MB resident afterwards | {quick.megabytes:.0f} | | |"
    )


async def _at_once() -> Run:
    job = work(CASES, datetime.now(UTC))
    async with running(job.plant.sides) as concord:
        before = _size(concord.settings.home)
        enqueuer, dispatcher = concord.enqueuer(), concord.dispatcher()
        await dispatcher.start()
        began = time.perf_counter()
        for signal in job.signals:
            await arrive(signal, concord, enqueuer.enqueue)
        count = await at_rest(concord)
        seconds = time.perf_counter() - began
        await dispatcher.stop(5)
        gc.collect()
        grown = (_size(concord.settings.home) - before) / 1024 / CASES
        return Run(seconds, count.get(CaseStatus.SETTLED, 0), grown, resident())


async def _slowly() -> float:
    """Return the median of a case's time over the time its calls take one behind the other."""
    job: Work = work(SLOW_CASES, datetime.now(UTC))
    async with running(_slowed(job.plant.sides)) as concord:
        times = list[float]()
        for signal in job.signals:
            began = time.perf_counter()
            received = await arrive(signal, concord, lambda session, turns: None)
            assert received.case is not None
            await concord.advance.turn(received.case, None)
            times.append(time.perf_counter() - began)
    return statistics.median(times) / (CRITICAL_CALLS * SLOW_SECONDS)


def _slowed(sides: Sides) -> Sides:
    """Return sides whose every call takes a while."""
    for side in sides.values():
        for port in side.ports:
            _slow(port)
    return {key: Side(one.system, one.name, one.ports, one.clock) for key, one in sides.items()}


def _slow(port: Port) -> None:
    kind = type(port)
    slowed = {
        name: _later(getattr(kind, name)) for name in dir(kind) if marked(kind, name) is not None
    }
    port.__class__ = type(kind.__name__, (kind,), slowed)


def _later(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def wait(*args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(SLOW_SECONDS)
        return await method(*args, **kwargs)

    return wait


def _size(home: Path) -> int:
    return sum(file.stat().st_size for file in home.glob("concord.db*"))


def _kept(promise: bool) -> str:
    return "kept" if promise else "BROKEN"

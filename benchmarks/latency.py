"""How long a case takes from its signal to its end, against its critical path.

Every answer of a system takes 100 ms. The critical path is the slowest chain of answers that a case
cannot do without: its facts, the facts again before acting, and one posting after the other. One
case at a time, so that none waits for another.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from agent.arrival import arrive
from agent.records.gates import Collected
from benchmarks._figure import Figure, Size, at
from benchmarks._running import running
from benchmarks._short_stock import work
from benchmarks._slow import Waits

ANSWER_SECONDS = 0.1
MOST = 1.25


def figures(size: Size) -> list[Figure]:
    """Settle cases one after the other, and hold each against its own path."""
    logging.disable(logging.WARNING)
    times, paths = asyncio.run(_taken(size.of(2, 40, 200)))
    ratios = [took / path for took, path in zip(times, paths, strict=True)]
    rows = [
        Figure(
            f"a case's latency, p{percent}",
            f"{at(times, percent) * 1000:.0f} ms",
            f"critical path {at(paths, percent) * 1000:.0f} ms, ratio {at(ratios, percent):.2f}",
        )
        for percent in (50, 95, 99)
    ]
    return [rows[0].promising(f"≤ {MOST} times", at(ratios, 50) <= MOST), *rows[1:]]


async def _taken(count: int) -> tuple[list[float], list[float]]:
    """Return what each case took, and its critical path; the first one only warms up."""
    job, waits = work(count + 1, datetime.now(UTC)), Waits(ANSWER_SECONDS)
    times, paths = list[float](), list[float]()
    async with running(waits.slowed(job.plant.sides)) as concord:
        for signal in job.signals:
            before, began = waits.seconds, time.perf_counter()
            received = await arrive(signal, concord, Collected())
            assert received.case is not None
            await concord.advance.turn(received.case, None)
            times.append(time.perf_counter() - began)
            paths.append(waits.seconds - before)
    return times[1:], paths[1:]

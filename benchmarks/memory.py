"""What a worker holds after many cases, against what it holds after the first five hundred."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import UTC, datetime
from itertools import pairwise

from agent.arrival import arrive
from benchmarks._figure import Figure, Size, not_run
from benchmarks._running import at_rest, resident, running
from benchmarks._short_stock import work

ALL = 20_000
MOST = 1.2


def figures(size: Size) -> list[Figure]:
    """Settle cases, and weigh the process on the way; what is promised is about twenty thousand."""
    logging.disable(logging.WARNING)
    first, count = size.of(5, 500, 500), size.of(10, 2_000, ALL)
    empty = resident()
    early, late = asyncio.run(_weigh(first, count))
    growth = late / early
    row = Figure(
        f"memory after {count:,} cases",
        f"{late:.0f} MB",
        f"{early:.0f} MB after the first {first:,}, ratio {growth:.2f}; {empty:.0f} MB before any",
        f"≤ {MOST} times",
        growth <= MOST,
    )
    rest = not_run(f"memory after {ALL:,} cases", "--size full does")
    return [row] if count == ALL else [row, rest]


async def _weigh(first: int, count: int) -> tuple[float, float]:
    """Return what the process holds after the first cases, and after all."""
    job = work(count, datetime.now(UTC))
    async with running(job.plant.sides) as concord:
        enqueuer, dispatcher = concord.enqueuer(), concord.dispatcher()
        await dispatcher.start()
        weights = list[float]()
        for start, end in pairwise((0, first, count)):
            for signal in job.signals[start:end]:
                await arrive(signal, concord, enqueuer.enqueue)
            await at_rest(concord)
            gc.collect()
            weights.append(resident())
        await dispatcher.stop(5)
        enqueuer.close()
        return weights[0], weights[1]

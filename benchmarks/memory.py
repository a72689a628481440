"""What a worker holds after many cases, against what it holds after the first five hundred."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import UTC, datetime

from agent.arrival import arrive
from benchmarks._running import at_rest, resident, running
from benchmarks._short_stock import work

FIRST, ALL = 500, 5_000


def main() -> str:
    """Settle five thousand cases, and weigh the process on the way."""
    logging.disable(logging.WARNING)
    early, late = asyncio.run(_weigh())
    kept = "kept" if late <= early * 1.2 else "BROKEN"
    return (
        f"{early:.0f} MB after {FIRST} cases, {late:.0f} MB after {ALL:,}: "
        f"{late / early:.2f} times, at most 1.2 promised: {kept}"
    )


async def _weigh() -> tuple[float, float]:
    job = work(ALL, datetime.now(UTC))
    async with running(job.plant.sides) as concord:
        enqueuer, dispatcher = concord.enqueuer(), concord.dispatcher()
        await dispatcher.start()
        weights = list[float]()
        for batch in (job.signals[:FIRST], job.signals[FIRST:]):
            for signal in batch:
                await arrive(signal, concord, enqueuer.enqueue)
            await at_rest(concord)
            gc.collect()
            weights.append(resident())
        await dispatcher.stop(5)
        return weights[0], weights[1]

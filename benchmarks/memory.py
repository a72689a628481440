"""What a worker holds while many cases pass through it, against what it holds after the first 500.

They come 500 at a time, and the next once nothing is left to do. What the plant of fakes remembers
of them is put away in between: a real plant remembers it elsewhere.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from datetime import UTC, datetime

from agent.arrival import arrive
from benchmarks._figure import Figure, Size, not_run
from benchmarks._running import at_rest, resident, running
from benchmarks._short_stock import Work, work
from tools.objects.movement import MaterialDocument

ALL = 20_000
MOST = 1.2


def figures(size: Size) -> list[Figure]:
    """Settle cases, and weigh the process on the way; what is promised is about twenty thousand."""
    logging.disable(logging.WARNING)
    wave, count = size.of(5, 500, 500), size.of(10, 2_000, ALL)
    empty = resident()
    early, *later = asyncio.run(_weigh(wave, count))
    growth = max(later) / early
    row = Figure(
        f"memory over {count:,} cases",
        f"{later[-1]:.0f} MB in the end, {max(later):.0f} at most",
        f"{early:.0f} MB after the first {wave:,}, ratio {growth:.2f}; {empty:.0f} MB before any",
        f"≤ {MOST} times",
        growth <= MOST,
    )
    rest = not_run(f"memory over {ALL:,} cases", "--size full does")
    return [row] if count == ALL else [row, rest]


async def _weigh(wave: int, count: int) -> list[float]:
    """Return what the process holds after each wave of cases."""
    job = work(count, datetime.now(UTC))
    issued = _taken_back(job)
    async with running(job.plant.sides) as concord:
        enqueuer, dispatcher = concord.enqueuer(), concord.dispatcher()
        await dispatcher.start()
        weights = list[float]()
        for start in range(0, count, wave):
            job.plant.book.mes.documents += issued[start : start + wave]
            for signal in job.signals[start : start + wave]:
                await arrive(signal, concord, enqueuer.enqueue)
            await at_rest(concord)
            _put_away(job)
            gc.collect()
            weights.append(resident())
            sys.stderr.write(f"{start + wave:,} cases: {weights[-1]:.0f} MB\n")
        await dispatcher.stop(5)
        enqueuer.close()
        return weights


def _taken_back(job: Work) -> list[MaterialDocument]:
    """Take from the MES what it has issued for the cases: it is to happen wave by wave."""
    documents = job.plant.book.mes.documents
    issued = documents[-len(job.signals) :]
    del documents[-len(job.signals) :]
    return issued


def _put_away(job: Work) -> None:
    for pages in (job.plant.book.erp, job.plant.book.mes):
        pages.documents.clear()
    for desk in job.plant.desks.values():
        desk.posted.clear()

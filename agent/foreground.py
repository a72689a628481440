"""Settling a signal while somebody waits: the same door and the same dispatcher as the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.dispatch.owner import CannotRun
from agent.records.cases import CaseStatus
from agent.records.tracing import Trace, of_case

AT_REST = frozenset(
    {CaseStatus.WAITING, CaseStatus.SETTLED, CaseStatus.NEEDS_PERSON, CaseStatus.DEAD}
)
GLANCE_SECONDS = 0.05
DRAIN_SECONDS = 10


async def settle(concord: Machinery, raw: bytes, seconds: float) -> Trace | str:
    """Take a signal in and wait until its case rests; a text says why there is no case."""
    async with working(concord):
        enqueuer = concord.enqueuer()
        received = await arrive(raw, concord, enqueuer.enqueue)
        if received.case is None:
            letter = await concord.records.dead_letter(received.dead_letter or 0)
            why = letter.reason if letter is not None else ""
            return f"Kept as dead letter {received.dead_letter}: {why}"
        try:
            async with asyncio.timeout(seconds):
                await rest(concord, received.case)
        except TimeoutError:
            pass  # what is known by now is told; the case goes on with the next worker
        return await asyncio.to_thread(trace_of, concord, received.case)


async def rest(concord: Machinery, case: str) -> None:
    """Wait until a case waits for a person or is done, and its turn is over."""
    while True:
        view = await concord.records.case(case)
        busy = {turn.case for turn in await concord.records.running()}
        if view is not None and view.status in AT_REST and case not in busy:
            return
        await asyncio.sleep(GLANCE_SECONDS)


def trace_of(concord: Machinery, case: str) -> Trace:
    """Return the trace of a case."""
    with concord.database.read() as session:
        return of_case(session, case)


@asynccontextmanager
async def working(concord: Machinery) -> AsyncGenerator[None]:
    """Run turns here, unless a worker on the same data does so already."""
    dispatcher = concord.dispatcher()
    try:
        await dispatcher.start()
    except CannotRun:
        yield
        return
    await concord.mend_precedents()
    try:
        yield
    finally:
        await dispatcher.stop(DRAIN_SECONDS)

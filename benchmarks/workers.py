"""What a second worker process on PostgreSQL brings: cases a second with one and with two.

Every worker is a process of its own, on a plant of fakes that answer at once; all else is real.
What keeps two from being twice one is told beside it: how often a writer of the records waited for
another one, and how busy the machine was.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

from pydantic import SecretStr
from sqlalchemy import text

from agent.arrival import arrive
from agent.records.cases import CaseStatus
from agent.records.database import Database
from benchmarks._postgres import new_database, server
from benchmarks._running import at_rest, running
from benchmarks._short_stock import work

CASES = 300
GLANCE_SECONDS = 0.05
PROMISED = 1.5
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND wait_event = 'advisory' AND datname = current_database()
"""


@dataclass(frozen=True)
class Pace:
    """How quick some workers were, and what held them up."""

    per_second: float
    waited: float
    busy: float


def main() -> str:
    """Measure one worker, then two."""
    with tempfile.TemporaryDirectory(prefix="concord-workers-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        place = folder / "postgresql"
        place.mkdir()
        with server(place, durable=True) as host:
            one, two = (asyncio.run(_pace(host, folder, count)) for count in (1, 2))
    ratio = two.per_second / one.per_second
    kept = "kept" if ratio >= PROMISED else "BROKEN"
    return (
        "| workers | cases/s | a writer waits for another | machine busy |\n|---|---|---|---|\n"
        + "".join(
            f"| {count} | {pace.per_second:.1f} | {pace.waited:.0%} | {pace.busy:.0%} |\n"
            for count, pace in ((1, one), (2, two))
        )
        + f"\nTwo against one: {ratio:.2f}, at least {PROMISED} promised: {kept}"
    )


async def _pace(host: str, folder: Path, count: int) -> Pace:
    """Let so many workers settle what was told of before they began."""
    with new_database(host) as url:
        job = work(CASES, datetime.now(UTC), materials=CASES)
        async with running(job.plant.sides, SecretStr(url)) as concord, AsyncExitStack() as stack:
            enqueuer = concord.enqueuer()
            stack.callback(enqueuer.close)
            for signal in job.signals:
                await arrive(signal, concord, enqueuer.enqueue)
            workers = [
                await stack.enter_async_context(_worker(url, f"w{number}"))
                for number in range(count)
            ]
            watching = asyncio.create_task(_watch(concord.database))
            began, before = time.perf_counter(), _ticks()
            for worker in workers:
                assert worker.stdin is not None
                worker.stdin.write(b"go\n")
            found = await at_rest(concord)
            seconds, after = time.perf_counter() - began, _ticks()
            watching.cancel()
            waited = (await asyncio.gather(watching))[0]
            assert found.get(CaseStatus.SETTLED) == CASES, found
            idle, whole = (now - then for now, then in zip(after, before, strict=True))
            return Pace(CASES / seconds, waited, 1 - idle / whole)


@asynccontextmanager
async def _worker(url: str, executor: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Start a worker that is ready and waits for the word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.workers", url, executor, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        await process.stdout.readline()
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _watch(database: Database) -> float:
    """Return in which share of glances a writer waited for another one, once cancelled."""
    seen = waited = 0
    try:
        while True:
            await asyncio.sleep(GLANCE_SECONDS)
            seen, waited = seen + 1, waited + await asyncio.to_thread(_waits, database)
    except asyncio.CancelledError:
        return waited / max(seen, 1)


def _waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.execute(text(WAITING)).scalar())


def _ticks() -> tuple[int, int]:
    """Return how long the machine was idle, and how long it was at all."""
    line = Path("/proc/stat").read_text("utf-8").splitlines()[0]
    spent = [int(word) for word in line.split()[1:9]]
    return spent[3] + spent[4], sum(spent)


async def _work(url: str, executor: str) -> None:
    """Be a worker, from the word on until ended."""
    job = work(CASES, datetime.now(UTC), materials=CASES)
    async with running(job.plant.sides, SecretStr(url), executor) as concord:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        await concord.dispatcher().start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:3]))

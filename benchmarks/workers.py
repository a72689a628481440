"""How many cases a second worker processes settle, on either database, and what limits them.

Every worker is a process of its own, on a plant of fakes that answer at once; all else is real.
SQLite has one worker by design. Beside the pace stand LangGraph alone in the same shape on the same
database, and the processor a case takes in the workers and in the database: together they cannot
settle more than the machine's cores allow.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

from pydantic import SecretStr
from sqlalchemy import text

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.records.cases import CaseStatus, Wish
from agent.records.database import Database
from benchmarks._bare_graph import bare_rate
from benchmarks._figure import Figure, Size, not_run
from benchmarks._postgres import NoServer, new_database, server
from benchmarks._processor import family, idle_share, of_one
from benchmarks._running import at_rest, running
from benchmarks._short_stock import work

GLANCE_SECONDS = 0.05
WARMING = 5
"""One case in so many is settled before the clock runs."""
PROMISED_ALONE = 15
PROMISED = 1.5
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND wait_event = 'advisory' AND datname = current_database()
"""
FILE = "sqlite"


@dataclass(frozen=True)
class Pace:
    """How quick some workers were, what a case took of a processor, and what held them up."""

    workers: int
    per_second: float
    worker_ms: float
    database_ms: float
    waited: float
    busy: float

    @property
    def bound(self) -> float:
        """How many cases a second are possible at this price: a worker fills one core at most."""
        cores = (os.cpu_count() or 1) / (self.worker_ms + self.database_ms)
        return 1000 * min(cores, self.workers / self.worker_ms)


def figures(size: Size) -> list[Figure]:
    """Measure one worker on SQLite, then one, two and three on PostgreSQL."""
    cases = size.of(4, 600, 2000)
    with tempfile.TemporaryDirectory(prefix="concord-workers-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        bare = asyncio.run(bare_rate(cases))
        alone = asyncio.run(_pace(FILE, folder / "file", 1, cases, lambda: 0.0))
        pace, *more = _rows("SQLite, 1 worker (by design)", alone, bare)
        enough = alone.per_second >= PROMISED_ALONE
        rows = [pace.promising(f"≥ {PROMISED_ALONE}", enough), *more]
        try:
            return [*rows, *_on_postgres(folder, cases)]
        except NoServer as error:
            return [*rows, not_run("cases/s, PostgreSQL", str(error))]


def _on_postgres(folder: Path, cases: int) -> list[Figure]:
    place = folder / "postgresql"
    place.mkdir()
    with server(place, durable=True) as host:
        main = int((place / "data" / "postmaster.pid").read_text("utf-8").splitlines()[0])
        with new_database(host) as url:
            bare = asyncio.run(bare_rate(cases, SecretStr(url)))
        paces = dict[int, Pace]()
        for count in (1, 2, 3):
            with new_database(host) as url:
                home = folder / f"with-{count}"
                paces[count] = asyncio.run(_pace(url, home, count, cases, lambda: family(main)))
    rows = _rows("PostgreSQL, 1 worker", paces[1], bare)
    for count, pace in list(paces.items())[1:]:
        rows += _rows(f"PostgreSQL, {count} workers", pace, bare, paces[1])
    return rows


def _rows(what: str, pace: Pace, bare: float, one: Pace | None = None) -> list[Figure]:
    """Return the pace, and what limits it."""
    ratio = bare / pace.per_second
    rows = [
        Figure(
            f"cases/s, {what}",
            f"{pace.per_second:.1f}",
            f"bare LangGraph of the same shape {bare:.1f}, ratio 1 : {ratio:.1f}",
        ),
        Figure(
            f"processor a case, {what}",
            f"{pace.worker_ms:.0f} ms worker, {pace.database_ms:.0f} ms database server",
            f"so {os.cpu_count()} cores bear {pace.bound:.1f} cases/s at most; the machine was "
            f"{pace.busy:.0%} busy, a writer waited for another process {pace.waited:.0%}",
        ),
    ]
    if one is not None:
        times = pace.per_second / one.per_second
        bound = f"{os.cpu_count()} cores allow {pace.bound / one.per_second:.2f} at most"
        row = Figure(f"{what} against 1", f"{times:.2f}", bound)
        two = what.startswith("PostgreSQL, 2")
        rows.append(row.promising(f"≥ {PROMISED}", times >= PROMISED) if two else row)
    return rows


async def _pace(
    url: str, home: Path, count: int, cases: int, of_database: Callable[[], float]
) -> Pace:
    """Let so many workers settle what was told of before they began."""
    job = work(cases, datetime.now(UTC), materials=cases)
    address = None if url == FILE else SecretStr(url)
    async with running(job.plant.sides, address, home=home) as concord, AsyncExitStack() as stack:
        enqueuer = concord.enqueuer()
        stack.callback(enqueuer.close)
        for signal in job.signals:
            await arrive(signal, concord, enqueuer.enqueue)
        workers = [
            await stack.enter_async_context(_worker(url, f"w{number}", home, cases))
            for number in range(count)
        ]
        spent = lambda: sum(of_one(worker.pid) for worker in workers)  # noqa: E731
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(b"go\n")
        left = cases - await _warmed_up(concord, cases // WARMING)
        watching = asyncio.create_task(_watch(concord.database))
        before = (spent(), of_database(), idle_share())
        began = time.perf_counter()
        found = await at_rest(concord)
        seconds = time.perf_counter() - began
        in_workers, in_database = spent() - before[0], of_database() - before[1]
        busy = 1 - idle_share(before[2]).share
        watching.cancel()
        waited = (await asyncio.gather(watching))[0]
        assert found.get(CaseStatus.SETTLED) == cases, found
        each = 1000 / left
        return Pace(count, left / seconds, in_workers * each, in_database * each, waited, busy)


async def _warmed_up(concord: Machinery, wanted: int) -> int:
    """Wait until so many are settled, and return how many are: a first case takes far longer."""
    while True:
        settled = (await concord.records.count(Wish())).get(CaseStatus.SETTLED, 0)
        if settled >= wanted:
            return settled
        await asyncio.sleep(GLANCE_SECONDS)


@asynccontextmanager
async def _worker(
    url: str, executor: str, home: Path, cases: int
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Start a worker that is ready and waits for the word."""
    own = home if url == FILE else home / executor
    words = ["-m", "benchmarks.workers", url, executor, str(own), str(cases)]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE)
    assert process.stdout is not None
    try:
        await process.stdout.readline()
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _watch(database: Database) -> float:
    """Return in which share of glances a writer waited for another process, once cancelled."""
    seen = waited = 0
    try:
        while True:
            await asyncio.sleep(GLANCE_SECONDS)
            if database.dialect == "postgresql":
                seen, waited = seen + 1, waited + await asyncio.to_thread(_waits, database)
    except asyncio.CancelledError:
        return waited / max(seen, 1)


def _waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.execute(text(WAITING)).scalar())


async def _work(url: str, executor: str, home: str, cases: str) -> None:
    """Be a worker, from the word on until ended."""
    job = work(int(cases), datetime.now(UTC), materials=int(cases))
    address = None if url == FILE else SecretStr(url)
    async with running(job.plant.sides, address, executor, Path(home)) as concord:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        await concord.dispatcher().start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:5]))

"""What a case leaves in the database, against the same rows as bare text."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from agent.arrival import arrive
from benchmarks._figure import Figure, Size
from benchmarks._running import at_rest, running
from benchmarks._short_stock import work

MOST_KB = 60
CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def figures(size: Size) -> list[Figure]:
    """Settle cases, and look how the files grew."""
    logging.disable(logging.WARNING)
    count = size.of(3, 150, 1000)
    records, threads, bare = asyncio.run(_left(count))
    return [
        Figure(
            "database, kB a case",
            f"{records:.1f}",
            f"its rows as bare text {bare:.1f}, ratio {records / bare:.2f}",
            f"≤ {MOST_KB}",
            records <= MOST_KB,
        ),
        Figure("threads of settled cases, kB a case", f"{threads:.1f}"),
    ]


async def _left(count: int) -> tuple[float, float, float]:
    """Return the kilobytes of a case: in the records, in the checkpoints, and as bare text."""
    job = work(count, datetime.now(UTC))
    async with running(job.plant.sides) as concord:
        files = [concord.settings.home / name for name in ("concord.db", "checkpoints.db")]
        enqueuer, dispatcher = concord.enqueuer(), concord.dispatcher()
        await dispatcher.start()
        before, said = [_kilobytes(file) for file in files], _said(files[0])
        for signal in job.signals:
            await arrive(signal, concord, enqueuer.enqueue)
        await at_rest(concord)
        await dispatcher.stop(5)
        enqueuer.close()
        grown = [_kilobytes(file) - then for file, then in zip(files, before, strict=True)]
        return grown[0] / count, grown[1] / count, (_said(files[0]) - said) / count


def _kilobytes(file: Path) -> float:
    """Return a database's size, with what lies in its log folded in."""
    with closing(sqlite3.connect(file, timeout=30)) as database:
        database.execute(CHECKPOINT).fetchall()
    return file.stat().st_size / 1024


def _said(file: Path) -> float:
    """Return the kilobytes of all that the rows say."""
    with closing(sqlite3.connect(file)) as database:
        tables = [name for (name,) in database.execute(TABLES)]
        rows = (row for name in tables for row in database.execute(f'SELECT * FROM "{name}"'))
        return sum(len(str(cell)) for row in rows for cell in row if cell is not None) / 1024

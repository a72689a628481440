"""Where the graph's threads are kept: a disposable SQLite file, or PostgreSQL.

Losing them loses no case: a thread that is gone is planned again from the records.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from agent.records.database import WRITERS_LOCK
from agent.settings import Settings

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = logging.getLogger("concord.savers")

FILE = "checkpoints.db"
SAVERS_LOCK = 1
"""The second half of the key under which PostgreSQL's tables of threads are made."""


@asynccontextmanager
async def saver_for(settings: Settings) -> AsyncGenerator[BaseCheckpointSaver[str]]:
    """Open the saver an installation uses; one per process."""
    if settings.database.startswith("sqlite"):
        async with _sqlite(settings.home / FILE) as saver:
            yield saver
    else:
        async with _postgres(settings.database) as saver:
            yield saver


@asynccontextmanager
async def _sqlite(file: Path) -> AsyncGenerator[BaseCheckpointSaver[str]]:
    import aiosqlite
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    await asyncio.to_thread(_discard_if_broken, file)
    async with aiosqlite.connect(file) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
            await connection.execute(f"PRAGMA {pragma}")
        saver = AsyncSqliteSaver(connection)
        await saver.setup()
        yield saver


def _discard_if_broken(file: Path) -> None:
    """Throw a file away that is no database any more: what it held can be worked out again."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        raise  # locked, or not ours to read: no reason to throw anything away
    except sqlite3.DatabaseError:
        log.warning("%s is no database any more; it is made anew", file)
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)


@asynccontextmanager
async def _postgres(url: str) -> AsyncGenerator[BaseCheckpointSaver[str]]:
    """Open a pool; a pipelined connection loses its saver when it drops."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    plain = url.replace("postgresql+psycopg://", "postgresql://")
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    async with AsyncConnectionPool(
        plain, max_size=8, kwargs=settings, open=False, check=AsyncConnectionPool.check_connection
    ) as pool:
        saver = AsyncPostgresSaver(pool)  # pyright: ignore[reportArgumentType]
        async with pool.connection() as connection:
            await _alone(connection, saver.setup)
        yield saver


async def _alone(connection: AsyncConnection[Any], make: Callable[[], Awaitable[None]]) -> None:
    """Make the tables while no other process does: two at once would find each other's halves.

    Asked again and again, not waited for: an index is built only once no statement is under way.
    """
    key = (WRITERS_LOCK, SAVERS_LOCK)
    while True:
        asked = await connection.execute("SELECT pg_try_advisory_lock(%s, %s) AS ours", key)
        if (await asked.fetchall())[0]["ours"]:
            break
        await asyncio.sleep(0.1)
    try:
        await make()
    finally:
        await connection.execute("SELECT pg_advisory_unlock(%s, %s)", key)

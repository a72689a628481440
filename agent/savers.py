"""Where the graph's threads are kept: a disposable SQLite file, or PostgreSQL.

Losing them loses no case: a thread that is gone is planned again from the records.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from agent.settings import Settings

FILE = "checkpoints.db"


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

    async with aiosqlite.connect(file) as connection:
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=NORMAL")
        await connection.execute("PRAGMA busy_timeout=30000")
        saver = AsyncSqliteSaver(connection)
        await saver.setup()
        yield saver


@asynccontextmanager
async def _postgres(url: str) -> AsyncGenerator[BaseCheckpointSaver[str]]:
    """Open a pool; a pipelined connection loses its saver when it drops."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    plain = url.replace("postgresql+psycopg://", "postgresql://")
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    async with AsyncConnectionPool(plain, max_size=8, kwargs=settings, open=False) as pool:
        saver = AsyncPostgresSaver(pool)  # pyright: ignore[reportArgumentType]
        await saver.setup()
        yield saver

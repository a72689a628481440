"""The web role: the application, served; turns are started here and run by workers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from agent.bootstrap import Machinery
from agent.service.application import application
from agent.service.serving import serving


@contextlib.asynccontextmanager
async def web(
    concord: Machinery, place: tuple[str, int], lost: asyncio.Event | None = None
) -> AsyncGenerator[str]:
    """Serve at a place, and return the address; requests under way are answered in the end.

    ``lost`` is set once the worker in this process has lost its place.
    """
    enqueuer = await asyncio.to_thread(concord.enqueuer)
    try:
        async with serving(application(concord, enqueuer.enqueue, lost), place) as url:
            yield url
    finally:
        enqueuer.close()

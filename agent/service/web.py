"""The web role: the application, served; turns are started here and run by workers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from agent.background import meanwhile
from agent.bootstrap import Machinery
from agent.ingress.listening import listening
from agent.service.application import application
from agent.service.serving import serving
from agent.service.violations import keep
from agent.service.warming import warm


@contextlib.asynccontextmanager
async def web(
    concord: Machinery, place: tuple[str, int], lost: asyncio.Event | None = None
) -> AsyncGenerator[str]:
    """Serve at a place, and return the address; requests under way are answered in the end.

    What plants have to be asked for is fetched as long.

    ``lost`` is set once the worker in this process has lost its place.
    """
    enqueuer = await asyncio.to_thread(concord.enqueuer)
    try:
        app = application(concord, enqueuer.enqueue, lost)
        fetching = listening(concord, app.state.inlet, app.state.streams)
        keeping = meanwhile(lambda over: keep(app.state.violations, concord.database, over))
        async with fetching, keeping, serving(app, place) as url:
            warm(app)
            yield url
    finally:
        enqueuer.close()

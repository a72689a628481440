"""Putting an edge together: the only place of it that opens anything."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import httpx

from agent.dispatch.owner import owning
from agent.edge.application import Station
from agent.edge.buffer import Buffer
from agent.edge.core import Core
from agent.edge.forwarding import Forwarder, Pace
from agent.edge.senders import Senders
from agent.ingress.signatures import signers
from agent.records.opening import opened
from agent.settings import Settings, SettingsRefused, environment
from tools.plant.reading import load_plants


@asynccontextmanager
async def station(
    settings: Settings,
    clock: Callable[[], datetime],
    transport: httpx.AsyncBaseTransport | None = None,
    pace: Pace | None = None,
) -> AsyncGenerator[Station]:
    """Open an edge, and close it in the end; nothing is forwarded until somebody runs it.

    Raises:
        SettingsRefused: It is not said where the core is, or with which key.
        CannotRun: Another edge, or a worker, has this folder.
        PlantRefused: A plant file has problems.
    """
    if settings.edge_core is None or settings.edge_key is None:
        raise SettingsRefused(("An edge needs CONCORD_EDGE_CORE and CONCORD_EDGE_KEY.",))
    folder, token = settings.plants_folder, settings.ingress_token
    plants = load_plants(folder, environment()) if folder.is_dir() else {}
    async with AsyncExitStack() as stack:
        stack.enter_context(owning(settings.home, "edge"))
        database = stack.enter_context(opened(settings.home, settings.database))
        buffer = Buffer(settings.home, settings.edge_bytes, clock)
        stack.callback(buffer.close)
        core = Core(settings.edge_core, settings.edge_key.get_secret_value(), transport)
        stack.push_async_callback(core.close)
        yield Station(
            settings=settings,
            buffer=buffer,
            forwarder=Forwarder(buffer, core, clock, pace),
            senders=Senders(
                signers=signers(plants.values(), environment()),
                token=token.get_secret_value() if token else None,
                database=database,
                clock=clock,
            ),
            clock=clock,
        )

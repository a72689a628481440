"""Listening: whatever a process fetches signals from itself, as the plants' files say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

from agent.bootstrap import Machinery
from agent.ingress.inlet import Inlet
from agent.ingress.polling import ASKED, Poller
from agent.settings import SettingsRefused


@asynccontextmanager
async def listening(concord: Machinery, inlet: Inlet) -> AsyncGenerator[None]:
    """Listen to brokers and look for refused messages, until the end.

    Raises:
        SettingsRefused: A plant has a broker, and the extra for it is not installed.
    """
    tasks = [
        asyncio.create_task(one) for one in [*_brokers(concord, inlet), *_polls(concord, inlet)]
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _brokers(concord: Machinery, inlet: Inlet) -> Iterator[Coroutine[Any, Any, None]]:
    named = {code: one.mqtt for code, one in concord.context.plants.items() if one.mqtt}
    if not named:
        return
    try:
        from agent.ingress.mqtt import Broker
    except ImportError as error:
        said = f"plant {min(named)} has a broker, which needs the extra mqtt: {error}"
        raise SettingsRefused((said,)) from error
    executor, clock, sleep = (
        concord.settings.executor_id,
        concord.context.clock,
        concord.wires.sleep,
    )
    for code, mqtt in named.items():
        yield Broker(code, mqtt, concord.wires.env, inlet, clock, sleep, executor).listen()


def _polls(concord: Machinery, inlet: Inlet) -> Iterator[Coroutine[Any, Any, None]]:
    for code, plant in concord.context.plants.items():
        if plant.polling.seconds:
            for system in ASKED:
                sides, sleep = concord.context.sides(code), concord.wires.sleep
                poller = Poller(code, system, sides, inlet, sleep)
                yield poller.look_every(plant.polling.seconds)

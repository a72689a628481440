"""Listening: whatever a process fetches signals from itself, as the plants' files say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from agent.bootstrap import Machinery
from agent.ingress.inlet import Inlet
from agent.ingress.polling import ASKED, Poller
from agent.ingress.streams import BROKER, CONNECTS_WITHIN, MISSED, Stream, Streams
from agent.settings import SettingsRefused
from tools.ports import Messages

log = logging.getLogger("concord.ingress")

PAUSE_SECONDS = 60.0


@dataclass(frozen=True)
class Listener:
    """One stream, and what reads it until it is cancelled, or until there is nothing to read."""

    stream: Stream
    listen: Callable[[], Awaitable[None]]


@asynccontextmanager
async def listening(concord: Machinery, inlet: Inlet, streams: Streams) -> AsyncGenerator[None]:
    """Listen to brokers and look for what nobody tells of, until the end.

    Raises:
        SettingsRefused: A plant has a broker, and the extra for it is not installed.
    """
    found = [*_brokers(concord, inlet, streams), *_polls(concord, inlet, streams)]
    tasks = [asyncio.create_task(_kept(one, streams, concord.wires.sleep)) for one in found]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept(
    listener: Listener, streams: Streams, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Read a stream for good: whatever goes wrong with one message or answer is got over."""
    while True:
        try:
            await listener.listen()
        except Exception as error:
            stream = listener.stream
            log.exception("%s of plant %s was not read", stream.name, stream.plant)
            stream.fail(f"{type(error).__name__}, see the log")
        else:
            streams.close(listener.stream)
            return
        await sleep(PAUSE_SECONDS)


def _brokers(concord: Machinery, inlet: Inlet, streams: Streams) -> Iterator[Listener]:
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
        stream = streams.open(code, BROKER, CONNECTS_WITHIN)
        broker = Broker(stream, mqtt, concord.wires.env, inlet, clock, sleep, executor)
        yield Listener(stream, broker.listen)


def _polls(concord: Machinery, inlet: Inlet, streams: Streams) -> Iterator[Listener]:
    clock, sleep = concord.context.clock, concord.wires.sleep
    for code, plant in concord.context.plants.items():
        seconds, stuck = plant.polling.seconds, plant.polling.stuck_seconds
        for system in ASKED if seconds else ():
            stream = streams.open(code, system.value, MISSED * timedelta(seconds=seconds))
            port = concord.context.sides(code)[system].port(Messages)
            patience = timedelta(seconds=stuck) if stuck else None
            poller = Poller(stream, port, inlet, clock, patience, sleep)
            yield Listener(stream, partial(poller.look_every, seconds))

"""Signals by MQTT: a message is acknowledged once it is on disk, and not before.

QoS 1 and a session the broker keeps: what it sent and saw no acknowledgement of it sends again, in
order, once we are back; that one is a duplicate then, known by its id. What is no signal is a dead
letter, and is acknowledged, for it would be none the next time either. Only records out of reach
are a reason not to acknowledge: the connection is given up, and the broker keeps the message.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from itertools import islice

from aiomqtt import Client, Message, MqttError
from sqlalchemy.exc import SQLAlchemyError

from agent import chance
from agent.correlation import correlated
from agent.ingress.inlet import Inlet
from agent.ingress.sender import Sender
from agent.ingress.streams import Stream
from agent.ingress.topics import event_of, rule_of
from tools.plant.incoming import Mqtt

log = logging.getLogger("concord.ingress")

QOS = 1
AT_ONCE = 64
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
AGAIN = "broker of plant %s: %s; again in %.0f s"


class Broker:
    """One plant's broker, and how what it sends is taken in.

    Args:
        stream: The plant, and where it is noted how listening goes.
        mqtt: What its file says.
        env: What the file refers to.
        inlet: Takes signals in.
        clock: The time.
        sleep: Waits before the next try.
        executor: The name of this process, the same after a restart: sessions are told apart by it.
    """

    def __init__(
        self,
        stream: Stream,
        mqtt: Mqtt,
        env: Mapping[str, str],
        inlet: Inlet,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        executor: str = "local",
    ) -> None:
        plant = stream.plant
        self._name = f"{mqtt.client_id or f'concord-{plant}'}-{executor}"
        self._stream, self._plant, self._mqtt, self._env = stream, plant, mqtt, env
        self._inlet, self._clock, self._sleep = inlet, clock, sleep
        self._sender = Sender(f"mqtt:{plant}", frozenset({plant}))
        self.connected, self.gone = asyncio.Event(), asyncio.Event()
        self.acknowledged = 0

    async def listen(self) -> None:
        """Take in what comes until cancelled; who is away is asked again, ever more seldom."""
        tries = 0
        while True:
            try:
                async with self._client() as client:
                    # What was left over comes before any answer, and waits for our word on it.
                    await asyncio.gather(self._subscribe(client), self._drain(client))
            except (MqttError, SQLAlchemyError, OSError) as error:
                if _told_to_stop():
                    # Leaving a broker that goes at the same time, the client raises its own error
                    # in place of our cancellation.
                    raise asyncio.CancelledError from error
                tries = 0 if self.connected.is_set() else tries + 1
                pause = min(FIRST_PAUSE * 2 ** min(tries, 6), LONGEST_PAUSE)
                log.warning(AGAIN, self._plant, str(error), pause)
                away = not isinstance(error, SQLAlchemyError)
                self._stream.fail(str(error) if away else "the records are out of reach")
                self._stands(self.gone, self.connected)
                await self._sleep(pause)

    async def _subscribe(self, client: _Kept) -> None:
        for rule in self._mqtt.topics:
            await client.subscribe(rule.topic, qos=QOS)
        log.info("the broker of plant %s is connected", self._plant)
        self._stream.connect()
        self._stands(self.connected, self.gone)

    def _stands(self, now: asyncio.Event, no_more: asyncio.Event) -> None:
        now.set()
        no_more.clear()

    async def _drain(self, client: _Kept) -> None:
        """Take in what comes, as much at once as lies there, acknowledged in order."""
        async for first in client.messages:
            group = [first]
            for _ in islice(range(len(client.messages)), AT_ONCE - 1):
                group.append(await anext(client.messages))
            await asyncio.gather(*(self._take(message) for message in group))
            for message in group:
                client.acknowledge(message)
            self.acknowledged += len(group)

    async def _take(self, message: Message) -> None:
        topic = str(message.topic)
        rule = rule_of(self._mqtt.topics, topic)
        event = event_of(self._plant, topic, message.payload, rule, self._clock())
        with correlated(chance.identifier()):
            taken = await self._inlet.take(event, self._sender)
        if taken.problem is not None:
            log.warning("a message of %s is a dead letter: %s", topic, taken.problem)

    def _client(self) -> _Kept:
        mqtt = self._mqtt
        return _Kept(
            mqtt.host or self._env.get(mqtt.host_env or "", ""),
            mqtt.port,
            username=self._env.get(mqtt.user_env) if mqtt.user_env else None,
            password=self._env.get(mqtt.password_env) if mqtt.password_env else None,
            identifier=self._name,
            clean_session=False,
            tls_context=_trusting(mqtt.ca_file) if mqtt.tls else None,
        )


class _Kept(Client):
    """A client that acknowledges when it is told to."""

    async def __aenter__(self) -> _Kept:
        self._client.manual_ack_set(True)
        await super().__aenter__()
        return self

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that a message may be forgotten."""
        self._client.ack(message.mid, message.qos)


def _told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _trusting(authorities: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(authorities)
    return context

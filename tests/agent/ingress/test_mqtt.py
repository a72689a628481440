"""Signals by MQTT, from a real broker: none is lost, whoever dies, and each is taken once."""

import asyncio
import json
import socket
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from amqtt.broker import Broker as Amqtt
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from agent.bootstrap import Machinery
from agent.ingress.inlet import Inlet, Taken
from agent.ingress.mqtt import Broker
from agent.ingress.sender import Sender
from agent.ingress.streams import BROKER, CONNECTS_WITHIN, Stream, Streams
from agent.records.gates import Collected, Turn
from agent.records.tables import InboxRow
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tools.plant.incoming import Mqtt, TopicRule

DEFICITS = TopicRule(
    topic="plant/+/deficit",
    signal="concord.stock.deficit.v1",
    id="no",
    keys={"order": "order", "material": "material"},
)
ENV = {"BROKER_USER": "concord"}


@pytest.fixture
async def machinery(tmp_path: Path) -> AsyncIterator[Machinery]:
    folder = plant_files(tmp_path / "plants", alone=False)
    settings = settings_of(tmp_path / "home", folder)
    async with concord(settings, wires_of(new_world())) as machinery:
        yield machinery


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Kept(OrderedDict[int, Any]):
    """What is on its way to a client: forgotten when it was acknowledged, as MQTT has it.

    amqtt itself forgets it when the client goes.
    """

    def pop(self, key: int, default: Any = None) -> Any:
        sent = self.get(key)
        return super().pop(key, default) if sent is not None and sent.puback_packet else default


class KeepsSessions(BaseAuthPlugin):
    """Lets anybody with a name in, and keeps what is on its way to them."""

    async def authenticate(self, *, session: Session) -> bool:
        if not isinstance(session.inflight_out, Kept):
            session.inflight_out = Kept(session.inflight_out)
        return bool(session.username)


@asynccontextmanager
async def broker(port: int) -> AsyncGenerator[None]:
    plugins: dict[str, dict[str, Any]] = {f"{__name__}.{KeepsSessions.__name__}": {}}
    config: dict[str, Any] = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": plugins,
    }
    running = Amqtt(config)
    await running.start()
    try:
        yield
    finally:
        await running.shutdown()


def stream(machinery: Machinery) -> Stream:
    return Streams(machinery.context.clock).open("1010", BROKER, CONNECTS_WITHIN)


@asynccontextmanager
async def listening(machinery: Machinery, port: int, inlet: Inlet) -> AsyncGenerator[Broker]:
    """Listen to the broker; it is there once this begins."""
    mqtt = Mqtt(host="127.0.0.1", port=port, user_env="BROKER_USER", tls=False, topics=(DEFICITS,))
    soon: Callable[[float], Awaitable[None]] = lambda _: asyncio.sleep(0.02)  # noqa: E731
    listener = Broker(stream(machinery), mqtt, ENV, inlet, machinery.context.clock, soon)
    task = asyncio.create_task(listener.listen())
    try:
        await asyncio.wait_for(listener.connected.wait(), 30)
        yield listener
    finally:
        task.cancel()
        await asyncio.wait({task})


async def publish(port: int, *payloads: object) -> None:
    async with aiomqtt.Client("127.0.0.1", port, username="line") as client:
        for one in payloads:
            said = one if isinstance(one, str) else json.dumps(one)
            await client.publish("plant/1010/deficit", said, qos=1)


def deficit(number: int) -> dict[str, object]:
    return {"no": number, "order": 1000000 + number, "material": "RM-SEAT-S"}


async def taken(machinery: Machinery, many: int) -> list[str]:
    """Return the names of what was taken, in that order, once there are so many."""
    async with asyncio.timeout(30):
        while True:
            with machinery.database.read() as session:
                found = session.scalars(select(InboxRow).order_by(col(InboxRow.id))).all()
            if len(found) >= many:
                return [one.signal for one in found]
            await asyncio.sleep(0.02)


async def test_messages_are_taken_in_order_and_what_is_none_is_kept_and_done_with(
    machinery: Machinery, port: int
) -> None:
    started = Collected()
    async with broker(port), listening(machinery, port, Inlet(machinery, started)) as listener:
        await publish(port, *map(deficit, range(30)), "no JSON", deficit(30))
        found = await taken(machinery, 32)
        async with asyncio.timeout(30):
            while listener.acknowledged < len(found):
                await asyncio.sleep(0.02)
    assert [name for name in found if name.isdecimal()] == [str(n) for n in range(31)]
    assert len(await machinery.records.dead_letters()) == 1
    assert listener.acknowledged == len(found)


class Torn(Inlet):
    """Dies after what it took in is on disk, before anybody could acknowledge it."""

    def __init__(
        self, machinery: Machinery, started: Collected, seen: list[Taken], deaths: int
    ) -> None:
        super().__init__(machinery, started)
        self._seen, self._deaths = seen, deaths

    async def take(self, raw: bytes, sender: Sender) -> Taken:
        taken = await super().take(raw, sender)
        self._seen.append(taken)
        if self._deaths:
            self._deaths -= 1
            raise OSError("the process is gone")
        return taken


async def test_what_was_not_acknowledged_comes_again_and_is_a_duplicate(
    machinery: Machinery, port: int
) -> None:
    started, seen = Collected(), list[Taken]()
    async with broker(port), listening(machinery, port, Torn(machinery, started, seen, 1)):
        await publish(port, deficit(1), deficit(2))
        assert await taken(machinery, 2) == ["1", "2"]
        async with asyncio.timeout(30):
            while "duplicate" not in [one.received and one.received.how.value for one in seen]:
                await asyncio.sleep(0.02)
    assert len(started.turns) == 2


async def test_what_could_not_be_written_comes_again_and_nothing_is_lost(
    machinery: Machinery, port: int
) -> None:
    started, broken = Collected(), [OperationalError("COMMIT", {}, OSError("disk"))]

    def enqueue(session: Any, turn: Turn) -> None:
        if broken:
            raise broken.pop()
        started(session, turn)

    async with broker(port), listening(machinery, port, Inlet(machinery, enqueue)):
        await publish(port, deficit(1))
        assert await taken(machinery, 1) == ["1"]
    assert len(started.turns) == 1
    assert broken == []


async def test_a_broker_that_comes_back_is_heard_again(machinery: Machinery, port: int) -> None:
    inlet = Inlet(machinery, Collected())
    mqtt = Mqtt(host="127.0.0.1", port=port, user_env="BROKER_USER", tls=False, topics=(DEFICITS,))
    listener = Broker(
        stream(machinery), mqtt, ENV, inlet, machinery.context.clock, lambda _: asyncio.sleep(0.05)
    )
    task = asyncio.create_task(listener.listen())
    for number in range(2):
        async with broker(port):
            await asyncio.wait_for(listener.connected.wait(), 30)
            await publish(port, deficit(number))
            assert len(await taken(machinery, number + 1)) == number + 1
        await asyncio.wait_for(listener.gone.wait(), 30)
    task.cancel()
    await asyncio.wait({task})

"""Signals by MQTT, from a real broker: none is lost, whoever dies, and each is taken once."""

import asyncio
import json
import os
import signal
import socket
import ssl
import struct
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
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
from tests.agent.dispatch.deficits import (
    PLANT,
    ROOT,
    concord,
    environment,
    new_world,
    plant_files,
    settings_of,
    wires_of,
)
from tests.agent.ingress.authority import authority, vouched
from tests.agent.ingress.mqtt_broker import ENV, broker, mqtt, section

# Of a connection that broke, or never came about, amqtt and paho let go without closing its socket.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed <:ResourceWarning", "ignore:unclosed transport <:ResourceWarning"
)

CHILD = "tests/agent/ingress/dying_consumer.py"
CONNECTED, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03"
DEADLY = "7"
"""The message that the process which is killed has in its hands."""


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


def stream(machinery: Machinery) -> Stream:
    return Streams(machinery.context.clock).open("1010", BROKER, CONNECTS_WITHIN)


@asynccontextmanager
async def listening(
    machinery: Machinery, port: int, inlet: Inlet, **more: Any
) -> AsyncGenerator[Broker]:
    """Listen to the broker; it is there once this begins."""
    soon: Callable[[float], Awaitable[None]] = lambda _: asyncio.sleep(0.02)  # noqa: E731
    listener = Broker(
        stream(machinery), mqtt(port, **more), ENV, inlet, machinery.context.clock, soon
    )
    task = asyncio.create_task(listener.listen())
    try:
        await asyncio.wait_for(listener.connected.wait(), 30)
        yield listener
    finally:
        task.cancel()
        await asyncio.wait({task})


async def publish(port: int, *payloads: object, ca_file: Path | None = None) -> None:
    trusting = ssl.create_default_context(cafile=ca_file) if ca_file else None
    async with aiomqtt.Client("127.0.0.1", port, username="line", tls_context=trusting) as client:
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

    def enqueue(session: Any, turns: Sequence[Turn]) -> None:
        if broken:
            raise broken.pop()
        started(session, turns)

    async with broker(port), listening(machinery, port, Inlet(machinery, enqueue)):
        await publish(port, deficit(1))
        assert await taken(machinery, 1) == ["1"]
    assert len(started.turns) == 1
    assert broken == []


async def test_a_broker_that_comes_back_is_heard_again(machinery: Machinery, port: int) -> None:
    inlet = Inlet(machinery, Collected())
    listener = Broker(
        stream(machinery),
        mqtt(port),
        ENV,
        inlet,
        machinery.context.clock,
        lambda _: asyncio.sleep(0.05),
    )
    task = asyncio.create_task(listener.listen())
    try:
        for number in range(2):
            async with broker(port):
                await asyncio.wait_for(listener.connected.wait(), 30)
                await publish(port, deficit(number))
                assert len(await taken(machinery, number + 1)) == number + 1
            await asyncio.wait_for(listener.gone.wait(), 30)
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=30)


async def test_who_is_told_to_stop_stops_though_the_broker_is_gone_at_that_moment(
    machinery: Machinery,
) -> None:
    connections = list[asyncio.StreamWriter]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(CONNECTED)
        subscribed = await reader.read(1024)
        writer.write(SUBACK + subscribed[2:4] + b"\x01")
        connections.append(writer)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        inlet = Inlet(machinery, Collected())
        listener = Broker(stream(machinery), mqtt(port), ENV, inlet, machinery.context.clock)
        task = asyncio.create_task(listener.listen())
        await asyncio.wait_for(listener.connected.wait(), 30)
        held = connections[0].get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connections[0].transport.abort()
        await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=20)
        assert task in done


async def test_a_process_that_is_killed_with_a_message_in_its_hands_loses_none(
    machinery: Machinery, tmp_path: Path, port: int
) -> None:
    home, plants = tmp_path / "home", tmp_path / "plants"
    with (plants / f"{PLANT}.toml").open("a", encoding="utf-8") as file:
        file.write(section(port))
    process = (sys.executable, CHILD, home, plants, PLANT, DEADLY)
    environ = {**os.environ, **environment(), **ENV}
    async with broker(port):
        child = await asyncio.create_subprocess_exec(*process, stdout=PIPE, cwd=ROOT, env=environ)
        assert child.stdout is not None
        async with asyncio.timeout(60):
            assert await child.stdout.readline() == b"connected\n"
            await publish(port, *map(deficit, range(20)))
            assert await child.wait() == -signal.SIGKILL
        started = Collected()
        async with listening(machinery, port, Inlet(machinery, started)):
            found = await taken(machinery, 20)
    opened = [await machinery.records.case(turn.case) for turn in started.turns]
    assert DEADLY in [one.signal.id for one in opened if one is not None]
    assert sorted(found, key=int) == [str(number) for number in range(20)]


async def test_a_broker_is_believed_whom_the_named_authority_vouches_for_and_no_other(
    machinery: Machinery, tmp_path: Path, port: int
) -> None:
    ours, other = authority(tmp_path / "ours.pem"), authority(tmp_path / "other.pem")
    certificate = vouched(ours, tmp_path / "broker.pem", "127.0.0.1")
    inlet = Inlet(machinery, Collected())
    async with broker(port, certificate):
        settings = mqtt(port, tls=True, ca_file=str(other.file))
        doubted = stream(machinery)
        once: Callable[[float], Awaitable[None]] = lambda _: asyncio.sleep(60)  # noqa: E731
        wary = Broker(doubted, settings, ENV, inlet, machinery.context.clock, once)
        task = asyncio.create_task(wary.listen())
        await asyncio.wait_for(wary.gone.wait(), 30)
        task.cancel()
        await asyncio.wait({task})
        assert "certificate verify failed" in doubted.trouble
        assert doubted.last is None
        async with listening(machinery, port, inlet, tls=True, ca_file=str(ours.file)):
            await publish(port, deficit(1), ca_file=ours.file)
            assert await taken(machinery, 1) == ["1"]

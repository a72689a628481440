"""A broker that refuses us, repeats what it was sent, and breaks off once it knows who we are."""

import asyncio

from agent.bootstrap import Machinery
from agent.ingress.inlet import Inlet
from agent.ingress.mqtt import Broker
from agent.ingress.streams import BROKER, CONNECTS_WITHIN, Streams
from agent.records.gates import Collected
from tests.agent.attacks.parrot import Parrot
from tests.agent.ingress.mqtt_broker import ENV, mqtt

CONNECTED, REFUSED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x05"
"""What a broker says to who connects: welcome, and not authorised."""


async def a_broker(machinery: Machinery, parrot: Parrot) -> str:
    """Listen to a broker that knows only how to refuse; return what is noted of the stream."""
    answers = [REFUSED, None, CONNECTED]
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await reader.read(1024)
        parrot.heard.append(said.decode("latin-1"))
        answer = answers.pop(0) if answers else REFUSED
        writer.write(said if answer is None else answer)
        await writer.drain()
        writer.close()
        if not answers:
            done.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        told = mqtt(server.sockets[0].getsockname()[1], password_env="BROKER_PASSWORD")
        stream = Streams(machinery.context.clock).open("1010", BROKER, CONNECTS_WITHIN)
        inlet, env = Inlet(machinery, Collected()), {**machinery.wires.env, **ENV}

        async def pause(_: float) -> None:
            await asyncio.sleep(0.02)

        listener = Broker(stream, told, env, inlet, machinery.context.clock, pause)
        task = asyncio.create_task(listener.listen())
        await asyncio.wait_for(done.wait(), 30)
        task.cancel()
        await asyncio.wait({task})
    assert stream.trouble
    return repr(stream)

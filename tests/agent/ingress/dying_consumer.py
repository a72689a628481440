"""A process that listens to a broker and is killed with a message in its hands.

Run with a home, a folder of plant files, a plant and the message's number; it says on stdout when
it is connected. The message has been received and is not on disk yet when the process dies, without
another word. A package called ``tests`` may be somebody else's here, so nothing of ours is imported
but the product.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from agent.bootstrap import machinery
from agent.ingress.inlet import Inlet, Taken
from agent.ingress.mqtt import Broker
from agent.ingress.sender import Sender
from agent.ingress.streams import BROKER, CONNECTS_WITHIN, Streams
from agent.records.gates import Collected
from agent.settings import Settings

HOME, PLANTS, PLANT, DEADLY = sys.argv[1:]


class Deadly(Inlet):
    """Dies of one message, and takes the others."""

    async def take(self, raw: bytes, sender: Sender) -> Taken:
        if json.loads(raw)["id"] == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().take(raw, sender)


async def main() -> None:
    async with machinery(Settings(home=Path(HOME), plants=Path(PLANTS))) as concord:
        clock, mqtt = concord.context.clock, concord.context.plants[PLANT].mqtt
        assert mqtt is not None
        stream = Streams(clock).open(PLANT, BROKER, CONNECTS_WITHIN)
        inlet = Deadly(concord, Collected())
        broker = Broker(stream, mqtt, concord.wires.env, inlet, clock)
        listening = asyncio.create_task(broker.listen())
        await broker.connected.wait()
        sys.stdout.write("connected\n")
        sys.stdout.flush()
        await listening


if __name__ == "__main__":
    asyncio.run(main())

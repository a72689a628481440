"""A broker that keeps sessions as MQTT has them, and what Concord is told about it."""

import gc
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from amqtt.broker import Broker as Amqtt
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

from tools.plant.incoming import Mqtt, TopicRule

DEFICITS = TopicRule(
    topic="plant/+/deficit",
    signal="concord.stock.deficit.v1",
    id="no",
    keys={"order": "order", "material": "material"},
)
ENV = {"BROKER_USER": "concord"}


def section(port: int) -> str:
    """Return what a plant's file says of the same broker."""
    return f"""
[mqtt]
host = "127.0.0.1"
port = {port}
user_env = "BROKER_USER"
tls = false

[[mqtt.topics]]
topic = "{DEFICITS.topic}"
signal = "{DEFICITS.signal}"
id = "no"
keys = {{ order = "order", material = "material" }}
"""


def mqtt(port: int, **more: Any) -> Mqtt:
    """Return how the plant's file names the broker; encrypted only if it says so."""
    plain: dict[str, Any] = {"host": "127.0.0.1", "user_env": "BROKER_USER", "tls": False}
    return Mqtt(port=port, topics=(DEFICITS,), **(plain | more))


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
async def broker(port: int, certificate: Path | None = None) -> AsyncGenerator[None]:
    """Run a broker, encrypted if it has a certificate (with its key in one file)."""
    plugins: dict[str, dict[str, Any]] = {f"{__name__}.{KeepsSessions.__name__}": {}}
    listener: dict[str, Any] = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
    if certificate is not None:
        listener |= {"ssl": True, "certfile": str(certificate), "keyfile": str(certificate)}
    config: dict[str, Any] = {"listeners": {"default": listener}, "plugins": plugins}
    running = Amqtt(config)
    await running.start()
    try:
        yield
    finally:
        await running.shutdown()
        gc.collect()  # finds, while they are expected, sockets that were let go of unclosed

"""The wrappers in front of the sandbox's S/4, in this process."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tools.book import PlantBook
from tools.connection import Connection
from tools.credentials import Basic
from tools.patience import Rhythm
from tools.ports import Side
from tools.sandbox.clock import SandboxClock
from tools.sandbox.door import Door, Doors
from tools.sandbox.odata.gateway import Gateway
from tools.sandbox.s4.services import SERVICES
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.servers import Server
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World
from tools.sap.landscape import Landscape
from tools.sap.s4 import erp_side

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
DOORS = Doors({Server.S4: Door(Gateway(SERVICES))})


@pytest.fixture(scope="session")
def plants() -> tuple[PlantBook, ...]:
    return books(7, NOW)


@pytest.fixture
def book(plants: tuple[PlantBook, ...]) -> PlantBook:
    return plants[0]


@pytest.fixture(scope="session")
def template(plants: tuple[PlantBook, ...]) -> Template:
    return Template(World(clock=SandboxClock(NOW), s4=S4.from_books(plants)))


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


async def no_sleep(_: float) -> None:
    """Wait for nothing."""


@pytest.fixture
def transport(world: World) -> WorldTransport:
    return WorldTransport(world, DOORS)


@pytest.fixture
async def landscape(transport: WorldTransport) -> AsyncIterator[Landscape]:
    async with Connection(
        "S4",
        "http://s4.sandbox",
        credentials=Basic("CONCORD", "plant-in-a-box"),
        transport=transport,
        rhythm=Rhythm(clock=lambda: 0.0, sleep=no_sleep, jitter=lambda: 1.0),
    ) as connection:
        yield Landscape(connection, lambda: NOW)


@pytest.fixture
def erp(landscape: Landscape) -> Side:
    return erp_side(landscape)

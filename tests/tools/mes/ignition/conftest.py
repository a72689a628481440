from collections.abc import Callable

import pytest

from tests.tools.mes.ignition.site_database import in_memory
from tools.connection import Connection, Limits
from tools.credentials import ApiToken
from tools.mes.ignition import Views, ignition
from tools.patience import Rhythm
from tools.ports import Side
from tools.sandbox.door import Door, Doors
from tools.sandbox.exchange import Request, Response
from tools.sandbox.ignition.server import ROOT, TOKEN_HEADER, refuse, serve, settle
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.servers import Server
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

Answering = Callable[[Request], Response]
Connect = Callable[..., Connection]


@pytest.fixture(scope="session")
def template() -> Template:
    world = World()
    plants = books(1, world.clock.now())[1:]
    world.ignition = IgnitionState.from_books(plants)
    world.s4 = S4.from_books(plants)
    return Template(world)


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


async def _at_once(_: float) -> None:
    return None


@pytest.fixture
def connect(world: World) -> Connect:
    def connected(answering: Answering = serve, token: str = "plant-in-a-box") -> Connection:
        doors = Doors({Server.IGNITION: Door(answering, refuse, settle)})
        return Connection(
            "Ignition",
            f"http://ignition.sandbox{ROOT}",
            credentials=ApiToken(token, TOKEN_HEADER),
            limits=Limits(attempts=2),
            transport=WorldTransport(world, doors),
            rhythm=Rhythm(sleep=_at_once),
        )

    return connected


@pytest.fixture
def site(world: World, connect: Connect) -> Side:
    return ignition(connect(), clock=world.clock.now, units={"pcs": "ST"})


@pytest.fixture
def viewed(world: World, connect: Connect) -> Side:
    views = Views("Ignition", in_memory(lambda: world.ignition))
    return ignition(connect(), clock=world.clock.now, units={"pcs": "ST"}, views=views)

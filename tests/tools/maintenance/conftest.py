from collections.abc import Callable

import pytest

from tools.connection import Connection, Limits
from tools.credentials import ApiToken
from tools.maintenance.cmms import cmms
from tools.patience import Rhythm
from tools.ports import Side
from tools.sandbox.cmms.server import ROOT, refuse, serve
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.door import Door, Doors
from tools.sandbox.exchange import Request, Response
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
    world.cmms = CmmsState.from_books(books(1, world.clock.now())[1:])
    return Template(world)


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


async def _at_once(_: float) -> None:
    return None


@pytest.fixture
def connect(world: World) -> Connect:
    def connected(answering: Answering = serve, token: str = "plant-in-a-box") -> Connection:
        doors = Doors({Server.CMMS: Door(answering, refuse)})
        return Connection(
            "CMMS",
            f"http://cmms.sandbox{ROOT}",
            credentials=ApiToken(token, prefix="Bearer "),
            limits=Limits(attempts=2),
            transport=WorldTransport(world, doors),
            rhythm=Rhythm(sleep=_at_once),
        )

    return connected


@pytest.fixture
def side(world: World, connect: Connect) -> Side:
    return cmms(connect(), clock=world.clock.now)

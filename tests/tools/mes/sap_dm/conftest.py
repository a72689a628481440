from collections.abc import Callable

import httpx
import pytest

from tools.book import PlantBook
from tools.connection import Connection, Limits
from tools.credentials import Client, ClientCredentials
from tools.mes.sap_dm import DmPlant, Process, sap_dm
from tools.patience import Rhythm
from tools.ports import Side
from tools.sandbox.app import app, bound
from tools.sandbox.dm import desk
from tools.sandbox.dm.server import refuse, serve, settle
from tools.sandbox.dm.state import DmState
from tools.sandbox.door import Door, Doors
from tools.sandbox.exchange import Request, Response
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.servers import Server
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

HOST = "http://dm.sandbox"
KEYS = {Process[process.name]: process.value for process in desk.Process}
ZONE = "Europe/Berlin"

Answering = Callable[[Request], Response]
Connect = Callable[..., Connection]


@pytest.fixture(scope="session")
def book() -> PlantBook:
    return books(1, World().clock.now())[0]


@pytest.fixture(scope="session")
def template(book: PlantBook) -> Template:
    return Template(World(dm=DmState.from_books([book])))


@pytest.fixture(scope="session")
def erp_template(book: PlantBook) -> Template:
    return Template(World(s4=S4.from_books([book])))


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


@pytest.fixture
def erp(world: World, erp_template: Template) -> None:
    """Stand an ERP beside the shop floor."""
    world.s4 = erp_template.world().s4


async def _at_once(_: float) -> None:
    return None


def connected(transport: httpx.AsyncBaseTransport, secret: str) -> Connection:
    client = Client(f"{HOST}/oauth/token", "concord", secret)
    return Connection(
        "SAP DM",
        HOST,
        credentials=ClientCredentials("SAP DM", client, transport=transport),
        limits=Limits(attempts=2),
        transport=transport,
        rhythm=Rhythm(sleep=_at_once),
    )


@pytest.fixture
def connect(world: World) -> Connect:
    """Connect to the sandbox's DM, or to one that answers as the test wants it to."""

    def indoors(answering: Answering = serve, secret: str = "plant-in-a-box") -> Connection:
        def handle(request: Request) -> Response:
            return serve(request) if request.path == "/oauth/token" else answering(request)

        doors = Doors({Server.DM: Door(handle, refuse, settle)})
        return connected(WorldTransport(world, doors), secret)

    return indoors


@pytest.fixture
def dm(world: World, connect: Connect) -> Side:
    return sap_dm(connect(), DmPlant("1010", KEYS, time_zone=ZONE), clock=world.clock.now)


@pytest.fixture
def public(world: World, connect: Connect) -> Side:
    """The same plant, its site having published no process."""
    return sap_dm(connect(), DmPlant("1010", time_zone=ZONE), clock=world.clock.now)


@pytest.fixture
def over_asgi(world: World) -> Side:
    """The same plant as an ASGI application."""
    served = bound(app(Doors({Server.DM: Door(serve, refuse, settle)}), Server.DM), world)
    connection = connected(httpx.ASGITransport(served), "plant-in-a-box")
    return sap_dm(connection, DmPlant("1010", KEYS, time_zone=ZONE), clock=world.clock.now)

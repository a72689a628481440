"""The same plant behind every implementation: fakes, and wrappers in front of the sandbox."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tools.book import PlantBook
from tools.connection import Connection
from tools.credentials import Basic
from tools.fakes.plant import fake_plant
from tools.maintenance.s4_pm import maintenance_side
from tools.objects.order import OrderCategory
from tools.objects.reading import System
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.ports import Side
from tools.sandbox.clock import SandboxClock
from tools.sandbox.door import Door, Doors
from tools.sandbox.odata.gateway import Gateway
from tools.sandbox.s4.services import SERVICES
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.servers import Server
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World
from tools.sap.landscape import Landscape
from tools.sap.s4 import ErpOptions, erp_side

DOORS = Doors({Server.S4: Door(Gateway(SERVICES))})
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def both_books() -> tuple[PlantBook, ...]:
    plants = books(7, NOW)
    for book in plants:
        book.erp.messages.append(refused_message(book))
    return plants


def refused_message(book: PlantBook) -> SyncMessage:
    return SyncMessage(
        number=f"M{book.plant}-1",
        plant=book.plant,
        type="CONFIRMATION",
        object="Q1",
        state=SyncState.FAILED,
        queued_at=NOW - timedelta(hours=2),
        attempts=2,
        refusals=(Refusal("M7", "021", "Deficit"), Refusal("M8", "147", "No account")),
        order=book.erp.orders[0].number,
    )


@pytest.fixture(params=["1010", "1710"])
def book(request: pytest.FixtureRequest, both_books: tuple[PlantBook, ...]) -> PlantBook:
    return next(book for book in both_books if book.plant == request.param)


class Recorder(WorldTransport):
    """Carries requests to the sandbox in this process and remembers what was asked."""

    def __init__(self, world: World) -> None:
        super().__init__(world, DOORS)
        self.requests: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.rpartition("/sap/opu/odata/sap/")[2]
        self.requests.append((request.method, path))
        return await super().handle_async_request(request)


@pytest.fixture(scope="session")
def stored_world(both_books: tuple[PlantBook, ...]) -> bytes:
    return World(clock=SandboxClock(NOW), s4=S4.from_books(both_books)).dump()


@pytest.fixture
def recorder(stored_world: bytes) -> Recorder:
    return Recorder(World.load(stored_world))


@pytest.fixture
def world(recorder: Recorder) -> World:
    return recorder.world


@pytest.fixture
def asked(recorder: Recorder) -> list[tuple[str, str]]:
    """The requests that reached the sandbox: method and path below the service root."""
    return recorder.requests


@pytest.fixture
async def landscape(recorder: Recorder) -> AsyncIterator[Landscape]:
    credentials = Basic("CONCORD", "plant-in-a-box")
    async with Connection(
        "S4", "http://s4.sandbox", credentials=credentials, transport=recorder
    ) as connection:
        yield Landscape(connection, lambda: NOW)


@pytest.fixture(params=["fakes", "S/4"])
def sides(
    request: pytest.FixtureRequest, book: PlantBook, landscape: Landscape
) -> Mapping[System, Side]:
    if request.param == "fakes":
        return fake_plant(book, lambda: NOW).sides
    first = OrderCategory.PROCESS if book.plant == "1710" else OrderCategory.PRODUCTION
    rest = tuple(category for category in OrderCategory if category is not first)
    options = ErpOptions(categories=(first, *rest))
    return {
        System.ERP: erp_side(landscape, options),
        System.CMMS: maintenance_side(landscape),
    }


@pytest.fixture
def erp(sides: Mapping[System, Side]) -> Side:
    return sides[System.ERP]


@pytest.fixture
def cmms(sides: Mapping[System, Side]) -> Side:
    return sides[System.CMMS]

"""The same plant behind every implementation: fakes, and wrappers in front of the sandbox."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import httpx
import pytest

from tools.book import PlantBook
from tools.connection import Connection
from tools.credentials import ApiToken, Basic, Client, ClientCredentials
from tools.fakes.plant import fake_plant
from tools.maintenance.cmms import cmms as cmms_side
from tools.maintenance.s4_pm import maintenance_side
from tools.mes.ignition import ignition
from tools.mes.sap_dm import DmPlant, Process, sap_dm
from tools.objects.order import OrderCategory
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.patience import Rhythm
from tools.ports import Side
from tools.sandbox.app import plant_doors
from tools.sandbox.clock import SandboxClock
from tools.sandbox.cmms.server import ROOT as CMMS_ROOT
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.dm import desk
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.server import ROOT as IGNITION_ROOT
from tools.sandbox.ignition.server import TOKEN_HEADER
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World
from tools.sap.landscape import Landscape
from tools.sap.s4 import ErpOptions, erp_side

DOORS = plant_doors()
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
SECRET = "plant-in-a-box"
DESK = {Process[process.name]: process.value for process in desk.Process}
ERPS = ("fakes", "S/4")
MESES = ("fakes", "MES")
CMMSES = ("fakes", "S/4", "CMMS")


Stored = Callable[[str, str], Template]


class Recorder(WorldTransport):
    """Carries requests to the sandbox in this process and remembers what was asked."""

    def __init__(self) -> None:
        super().__init__(World(), DOORS)
        self.requests: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append((request.method, request.url.path))
        return await super().handle_async_request(request)


@dataclass
class Connectors:
    """Every side a plant may have, connected when it is asked for."""

    book: PlantBook
    stored: Stored
    stack: AsyncExitStack
    transport: Recorder = field(default_factory=Recorder)
    wire: httpx.AsyncBaseTransport | None = None
    """What carries requests in place of the transport, to do something to them on the way."""

    def side(self, system: System, implementation: str) -> Side:
        """Return a side by system and implementation."""
        makers: dict[tuple[System, str], Callable[[], Side]] = {
            (System.ERP, "S/4"): self._s4,
            (System.MES, "MES"): self._mes,
            (System.CMMS, "S/4"): lambda: maintenance_side(self._landscape()),
            (System.CMMS, "CMMS"): self._cmms,
        }
        if implementation == "fakes":
            return fake_plant(self.book, lambda: NOW).sides[system]
        self.transport.world = self.stored(self.book.plant, implementation).world()
        return makers[system, implementation]()

    def _connection(self, name: str, base_url: str, credentials: httpx.Auth) -> Connection:
        connection = Connection(
            name,
            base_url,
            credentials=credentials,
            transport=self.wire or self.transport,
            rhythm=Rhythm(sleep=no_sleep),
        )
        self.stack.push_async_exit(connection)
        return connection

    def _landscape(self) -> Landscape:
        connection = self._connection("S4", "http://s4.sandbox", Basic("CONCORD", SECRET))
        return Landscape(connection, lambda: NOW)

    def _s4(self) -> Side:
        process = self.book.plant == "1710"
        first = OrderCategory.PROCESS if process else OrderCategory.PRODUCTION
        rest = tuple(category for category in OrderCategory if category is not first)
        return erp_side(self._landscape(), ErpOptions(categories=(first, *rest)))

    def _mes(self) -> Side:
        if self.book.plant == "1710":
            token = ApiToken(SECRET, TOKEN_HEADER)
            url = f"http://ignition.sandbox{IGNITION_ROOT}"
            connection = self._connection("Ignition", url, token)
            return ignition(connection, clock=lambda: NOW, units={"pcs": "ST"})
        client = Client("http://dm.sandbox/oauth/token", "concord", SECRET)
        credentials = ClientCredentials("DM", client, transport=self.transport)
        connection = self._connection("DM", "http://dm.sandbox", credentials)
        config = DmPlant(self.book.plant, DESK, time_zone="Europe/Berlin")
        return sap_dm(connection, config, clock=lambda: NOW)

    def _cmms(self) -> Side:
        token = ApiToken(SECRET, prefix="Bearer ")
        connection = self._connection("CMMS", f"http://cmms.sandbox{CMMS_ROOT}", token)
        return cmms_side(connection, clock=lambda: NOW)


@pytest.fixture(scope="session")
def both_books() -> tuple[PlantBook, ...]:
    return books_of_both_plants()


@cache
def books_of_both_plants() -> tuple[PlantBook, ...]:
    plants = books(7, NOW)
    for book in plants:
        book.erp.messages.append(refused_message(book))
    return plants


async def no_sleep(_: float) -> None:
    """Wait for nothing between two attempts."""


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


@pytest.fixture(scope="session")
def stored(both_books: tuple[PlantBook, ...]) -> Stored:
    return stored_of(both_books)


def stored_of(both_books: tuple[PlantBook, ...]) -> Stored:
    """Return worlds by plant and implementation, holding only the system that is meant."""

    @cache
    def world(plant: str, implementation: str) -> Template:
        own = [book for book in both_books if book.plant == plant]
        made = World(clock=SandboxClock(NOW))
        match implementation:
            case "S/4":
                made.s4 = S4.from_books(own)
            case "MES" if plant == "1710":
                made.ignition = IgnitionState.from_books(own)
            case "MES":
                made.dm = DmState.from_books(own)
            case _:
                made.cmms = CmmsState.from_books(own)
        return Template(made)

    return world


@pytest.fixture
async def connectors(book: PlantBook, stored: Stored) -> AsyncIterator[Connectors]:
    async with AsyncExitStack() as stack:
        yield Connectors(book, stored, stack)


@pytest.fixture
def world(connectors: Connectors) -> Callable[[], World]:
    """The sandbox as it stands; empty where fakes answer."""
    return lambda: connectors.transport.world


@pytest.fixture
def asked(connectors: Connectors) -> list[tuple[str, str]]:
    """The requests that reached the sandbox: method and path."""
    return connectors.transport.requests


@pytest.fixture(params=ERPS)
def erp(request: pytest.FixtureRequest, connectors: Connectors) -> Side:
    return connectors.side(System.ERP, request.param)


@pytest.fixture(params=MESES)
def mes(request: pytest.FixtureRequest, connectors: Connectors) -> Side:
    return connectors.side(System.MES, request.param)


@pytest.fixture(params=CMMSES)
def cmms(request: pytest.FixtureRequest, connectors: Connectors) -> Side:
    return connectors.side(System.CMMS, request.param)


@pytest.fixture(
    params=[
        *((System.ERP, name) for name in ERPS),
        *((System.MES, name) for name in MESES),
        *((System.CMMS, name) for name in CMMSES),
    ],
    ids=lambda param: "-".join(param),
)
def side(request: pytest.FixtureRequest, connectors: Connectors) -> Side:
    system, implementation = request.param
    return connectors.side(system, implementation)


@pytest.fixture
def known(book: PlantBook) -> Callable[[System], Mapping[str, object]]:
    """Business keys by the names parameters have; the gather node fills them the same way."""
    return lambda system: keys_of(book, system)


def keys_of(book: PlantBook, system: System) -> Mapping[str, object]:
    """Return business keys that one system of a plant knows, by the names parameters have."""
    pages = book.mes if system is System.MES else book.erp
    confirmation = pages.confirmations[0]
    order = next(one for one in book.erp.orders if one.number == confirmation.order)
    return {
        "order": order.number,
        "plant": book.plant,
        "material": book.boms[0].material,
        "confirmation": confirmation.number,
        "operation": confirmation.operation,
        "yielded": Quantity(Decimal(1), order.quantity.unit),
        "quantity": book.boms[0].base_quantity,
        "document": pages.documents[0].number,
        "reference": Reference.of("nobody's"),
        "text": book.materials[0].description,
        "work_center": book.work_centers[0].number,
        "lot": book.erp.lots[0].number,
        "cost_center": book.erp.cost_objects[0].number,
        "company_code": book.company_code,
        "message": book.erp.messages[0].number,
        "equipment": book.maintenance.equipment[0].number,
    }

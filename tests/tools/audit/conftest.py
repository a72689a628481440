"""Every target that keeps copies of the audit: the fake, and connectors before the sandbox."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tools.connection import Connection, Limits
from tools.credentials import ApiToken, Basic, Client, ClientCredentials
from tools.fakes.audit import FakeAuditCopies
from tools.fakes.desk import Desk
from tools.mes.ignition.audit_profile import IgnitionAuditProfile
from tools.mes.ignition.site import Site
from tools.mes.sap_dm import DmPlant, Process
from tools.mes.sap_dm.extension_table import DmExtensionTable
from tools.mes.sap_dm.plant import Dm
from tools.objects.audit import AuditEntry
from tools.objects.reading import System
from tools.patience import Rhythm
from tools.ports import AuditCopies
from tools.sandbox.app import plant_doors
from tools.sandbox.clock import SandboxClock
from tools.sandbox.dm import desk
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.server import ROOT, TOKEN_HEADER
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World
from tools.sap.application_log import ApplicationLog, LogNames
from tools.sap.landscape import Landscape

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
SECRET = "plant-in-a-box"


class Wire(WorldTransport):
    """The way to the sandbox in this process; keeps what was asked."""

    def __init__(self, world: World) -> None:
        super().__init__(world, plant_doors())
        self.asked = list[httpx.Request]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return await super().handle_async_request(request)


def hash_of(sequence: int) -> str:
    return hashlib.sha256(str(sequence).encode()).hexdigest()


@dataclass
class Place:
    """One target, and what a test asks of the other side."""

    port: AuditCopies
    plant: str
    held: Callable[[], Sequence[Any]]
    world: World
    wire: Wire

    def entry(self, sequence: int = 17, **more: Any) -> AuditEntry:
        said: dict[str, Any] = {
            "sequence": sequence,
            "hash": hash_of(sequence),
            "at": NOW,
            "who": "anna",
            "what": "decided",
            "plant": self.plant,
            "case": "c-1",
            "reason": "counted it, it's there",
            "documents": ("4900000017/2026",),
            "details": '{"answer":"approve","reason":"counted it, it\'s there"}',
        }
        return AuditEntry(**(said | more))


@pytest.fixture(scope="session")
def template() -> Template:
    plants = books(7, NOW)
    return Template(
        World(
            clock=SandboxClock(NOW),
            s4=S4.from_books(plants),
            dm=DmState.from_books(plants),
            ignition=IgnitionState.from_books(plants),
        )
    )


@pytest.fixture
def world(template: Template) -> World:
    return template.world()


@pytest.fixture(params=["fake", "application log", "extension table", "audit profile"])
async def place(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Place]:
    async with placed(request.param, world) as place:
        yield place


@pytest.fixture(params=["application log", "extension table", "audit profile"])
async def far(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Place]:
    """One that is reached over the wire, where things go wrong."""
    async with placed(request.param, world) as place:
        yield place


@asynccontextmanager
async def placed(name: str, world: World) -> AsyncGenerator[Place]:
    wire = Wire(world)
    connection, port, held = MAKERS[name](world, wire)
    yield Place(port, "1710" if name == "audit profile" else "1010", held, world, wire)
    if connection is not None:
        await connection.aclose()


Made = tuple[Connection | None, AuditCopies, Callable[[], Sequence[Any]]]


def _fake(_: World, __: Wire) -> Made:
    port = FakeAuditCopies(Desk(System.ERP, lambda: NOW))
    return None, port, lambda: list(port.kept.values())


def application_log(world: World, wire: Wire, names: LogNames | None = None) -> Made:
    connection = _connection("S4", "http://s4.sandbox", Basic("CONCORD", SECRET), wire)
    port = ApplicationLog(Landscape(connection, lambda: NOW), names or LogNames())
    return connection, port, lambda: list(world.s4.application_log.values())


def _extension_table(world: World, wire: Wire) -> Made:
    client = Client("http://dm.sandbox/oauth/token", "concord", SECRET)
    proof = ClientCredentials("DM", client, transport=wire)
    connection = _connection("DM", "http://dm.sandbox", proof, wire)
    keys = {Process.COPY_AUDIT: desk.Process.COPY_AUDIT.value}
    port = DmExtensionTable(Dm(connection, DmPlant("1010", keys), lambda: NOW))
    return connection, port, lambda: list(world.dm.extension.values())


def _audit_profile(world: World, wire: Wire) -> Made:
    token = ApiToken(SECRET, TOKEN_HEADER)
    connection = _connection("Ignition", f"http://ignition.sandbox{ROOT}", token, wire)
    port = IgnitionAuditProfile(Site(connection, {}, lambda: NOW), "Quality")
    return connection, port, lambda: list(world.ignition.audit_events.values())


def _connection(name: str, url: str, proof: httpx.Auth, wire: Wire) -> Connection:
    rhythm = Rhythm(sleep=_at_once)
    limits = Limits(attempts=2)
    return Connection(name, url, credentials=proof, limits=limits, transport=wire, rhythm=rhythm)


async def _at_once(_: float) -> None:
    """Wait for nothing."""


MAKERS: dict[str, Callable[[World, Wire], Made]] = {
    "fake": _fake,
    "application log": application_log,
    "extension table": _extension_table,
    "audit profile": _audit_profile,
}

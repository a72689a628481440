"""A plant whose line runs dry: issues that the ERP refused, as signals, and Concord over it."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from pydantic import SecretStr

from agent.bootstrap import Machinery, database_of, wire
from agent.case.ruling import Answer, Role
from agent.records.answers import Answered
from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from agent.savers import saver_for
from agent.settings import Settings
from agent.sides import ConnectedPlant, Wires, connected
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.order import Component, ProductionOrder
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.plant.reading import load_plants
from tools.ports import Messages, Movements
from tools.sandbox.app import plant_doors
from tools.sandbox.clock import SandboxClock
from tools.sandbox.cmms.state import CmmsState
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.s4.state import S4, StockKey
from tools.sandbox.seed.plants import books
from tools.sandbox.template import Template
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

ROOT = Path(__file__).parents[3]
PLANT = "1010"
LINE = "0002"
SOURCE = f"/dm/{PLANT}"
SEED = 7
SECRET = "plant-in-a-box"
LEFT = Decimal(5)

ALONE = """
[[autonomy]]
playbook = "materials/stock_deficit"
cause = "transfer_not_booked"
remedy = ["post_movement", "retry_message"]
"""
"""What a plant file says that lets the agent settle these deficits by itself."""


@dataclass(frozen=True)
class Deficit:
    """One issue the ERP refused, and the signal that tells of it.

    ``wanted`` was issued, ``elsewhere`` is what other places held before anything was corrected.
    """

    order: str
    material: str
    message: str
    wanted: Decimal
    elsewhere: Decimal
    event: Mapping[str, Any]

    @property
    def raw(self) -> bytes:
        return json.dumps(self.event).encode()

    def told_again(self, name: str) -> bytes:
        """The same conflict, told by another signal."""
        return json.dumps({**self.event, "id": name}).encode()


OPENING = datetime(2026, 3, 17, 8, tzinfo=UTC)


def new_world(now: datetime | None = None) -> World:
    """A plant that runs with real time, so that what takes time does."""
    start = now or OPENING
    world = _at_opening().world() if start == OPENING else _seeded(start)
    world.clock = SandboxClock(start, running=True)
    return world


@cache
def _at_opening() -> Template:
    return Template(_seeded(OPENING))


def _seeded(start: datetime) -> World:
    plants = books(SEED, start)
    return World(
        seed=SEED,
        clock=SandboxClock(start),
        s4=S4.from_books(plants),
        dm=DmState.from_books(plants),
        ignition=IgnitionState.from_books(plants),
        cmms=CmmsState.from_books(plants),
    )


@cache
def _orders() -> Sequence[ProductionOrder]:
    """The plant's orders as they were seeded; when it opened does not change them."""
    return books(SEED, OPENING)[0].erp.orders


def environment(urls: Mapping[str, str] | None = None) -> dict[str, str]:
    """What plant files refer to: the servers at their addresses, in this process or elsewhere."""
    at = urls or {name: f"http://{name}.sandbox" for name in ("s4", "dm", "ignition", "cmms")}
    prefix = "CONCORD_SANDBOX"
    return {
        f"{prefix}_S4_URL": at["s4"],
        f"{prefix}_S4_USER": "CONCORD",
        f"{prefix}_S4_PASSWORD": SECRET,
        f"{prefix}_DM_URL": at["dm"],
        f"{prefix}_DM_TOKEN_URL": f"{at['dm']}/oauth/token",
        f"{prefix}_DM_CLIENT_ID": "concord",
        f"{prefix}_DM_CLIENT_SECRET": SECRET,
        f"{prefix}_IGNITION_URL": f"{at['ignition']}/system/webdev/plant/concord",
        f"{prefix}_IGNITION_TOKEN": SECRET,
        f"{prefix}_CMMS_URL": f"{at['cmms']}/api/v1",
        f"{prefix}_CMMS_TOKEN": SECRET,
    }


def plant_files(folder: Path, *, alone: bool, settle_seconds: float = 3) -> Path:
    """The plant's file, with or without what the agent may settle alone."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "tools/sandbox/plants" / f"{PLANT}.toml").read_text("utf-8")
    text = text.replace("settle_seconds = 3", f"settle_seconds = {settle_seconds}")
    text = "\n\n".join(part for part in text.split("\n\n") if "[[autonomy]]" not in part)
    if alone:
        text = text.replace('low_up_to = "500.00"', 'low_up_to = "5000.00"')
    (folder / f"{PLANT}.toml").write_text(text + (ALONE if alone else ""), "utf-8")
    return folder


def settings_of(home: Path, plants: Path, url: str | None = None) -> Settings:
    return Settings(
        home=home,
        plants=plants,
        database_url=None if url is None else SecretStr(url),
        ingress_token=SecretStr("let-me-in"),
    )


@asynccontextmanager
async def concord(
    settings: Settings, wires: Wires, plants: Mapping[str, ConnectedPlant] | None = None
) -> AsyncGenerator[Machinery]:
    """Concord on a plant."""
    async with AsyncExitStack() as stack:
        ours = plants or connected_plants(settings, wires)
        for one in ours.values():
            stack.push_async_callback(one.close)
        if settings.database_url is None:
            _lay(settings.home / FILE)
        database = database_of(settings)
        stack.callback(database.dispose)
        saver = await stack.enter_async_context(saver_for(settings))
        machinery = wire(settings, ours, database, saver, wires)
        stack.callback(machinery.precedents.close)
        yield machinery


def _lay(file: Path) -> None:
    """Lay a file with empty tables where there is none: making them takes longer than a case."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(_tables())


@cache
def _tables() -> bytes:
    with TemporaryDirectory() as folder:
        database = Database.of_home(Path(folder))
        upgrade(database.engine)
        database.dispose()
        return (Path(folder) / FILE).read_bytes()


def connected_plants(settings: Settings, wires: Wires) -> dict[str, ConnectedPlant]:
    found = load_plants(settings.plants_folder, wires.env)
    return {code: connected(plant, wires) for code, plant in found.items()}


def wires_of(world: World, transport: httpx.AsyncBaseTransport | None = None) -> Wires:
    """What leads to a world in this process."""
    reaching = transport or WorldTransport(world, plant_doors())
    return Wires(environment(), world.clock.now, reaching)


def takable(world: World, most: int = 1) -> list[tuple[ProductionOrder, Component]]:
    """Components that no other of them needs, at most so many of each order."""
    found = list[tuple[ProductionOrder, Component]]()
    materials = set[str]()
    for order in _orders():
        if order.status.value == "released":
            mine = [part for part in order.components if _takable(world, part, materials)][:most]
            found += [(order, part) for part in mine]
            materials |= {part.material for part in mine}
    return found


async def run_dry(
    world: World, plant: ConnectedPlant, parts: Sequence[tuple[ProductionOrder, Component]]
) -> list[Deficit]:
    """Let the line take what the ERP does not show there; the ERP refuses each issue."""
    floor = plant.sides[System.MES]
    issues = list[tuple[ProductionOrder, Component, str]]()
    for order, part in parts:
        world.s4.stock[_place(world, part.material)] = LEFT
        line = GoodsMovement(
            type=MovementType.ISSUE_ORDER,
            material=part.material,
            plant=PLANT,
            quantity=part.required,
            location=LINE,
            order=order.number,
            reservation=part.reservation,
            item=part.item,
        )
        draft = MovementDraft(world.clock.now().date(), (line,))
        reference = Reference.of("the line", f"{order.number}/{part.material}")
        posted = await floor.port(Movements).post_movement(draft, reference)
        issues.append((order, part, posted.number))
    world.clock.advance(60)
    refused = (await floor.port(Messages).messages(PLANT)).value
    numbers = {message.object: message.number for message in refused}
    return [
        _deficit(world, order, part, document, numbers[document])
        for order, part, document in issues
    ]


async def decide(
    machinery: Machinery, case: str, answer: Answer, by: str, enqueue: Any, why: str = "seen"
) -> None:
    """Let somebody who may decide what is asked decide it."""
    pending = await machinery.records.pending(case)
    assert pending is not None
    said = Answered(case, answer, by, Role.CONTROLLER, pending.pin.remedy_hash, why)
    await machinery.records.decide(said, enqueue)


def elsewhere(world: World, material: str) -> Decimal:
    """What places other than the line hold of a material."""
    return sum(_places(world, material), Decimal(0))


def set_line(world: World, deficit: Deficit, left: Decimal) -> None:
    """Let somebody book the material to, or from, the line."""
    world.s4.stock[_place(world, deficit.material)] = left


def corrected_once(world: World, deficit: Deficit, left: Decimal = LEFT) -> bool:
    """Whether the ERP's stock, and the MES's journal, show exactly one correction.

    ``left`` is what the line still had when it was corrected.
    """
    retried = [
        entry
        for entry in world.journal.committed()
        if (entry.operation, entry.object) == (RETRY, f"message {deficit.message}")
    ]
    line = world.s4.stock[_place(world, deficit.material)]
    moved = deficit.elsewhere - elsewhere(world, deficit.material)
    return (line, moved, len(retried)) == (0, deficit.wanted - left, 1)


RETRY = "process retry_message"


def _takable(world: World, part: Component, taken: set[str]) -> bool:
    if part.batch or part.backflushed or part.location != LINE or part.material in taken:
        return False
    enough = [each for each in _places(world, part.material) if each >= part.required.amount]
    return len(enough) == 1


def _places(world: World, material: str) -> list[Decimal]:
    """What each place but the line holds of a material."""
    return [
        amount
        for key, amount in world.s4.stock.items()
        if (key.material, key.plant, key.special, key.type) == (material, PLANT, "", "01")
        and key.location != LINE
        and not key.batch
    ]


def _place(world: World, material: str) -> StockKey:
    return next(
        key
        for key in world.s4.stock
        if (key.material, key.plant, key.location, key.type) == (material, PLANT, LINE, "01")
    )


def _deficit(
    world: World, order: ProductionOrder, part: Component, document: str, message: str
) -> Deficit:
    event = {
        "specversion": "1.0",
        "id": message,
        "source": SOURCE,
        "type": "concord.posting.rejected.v1",
        "time": world.clock.now().isoformat(),
        "data": {
            "plant": PLANT,
            "order": order.number,
            "material": part.material,
            "document": document,
            "message": message,
            "message_class": "M7",
            "message_number": "021",
            "text": "Deficit of stock",
        },
    }
    there = elsewhere(world, part.material)
    return Deficit(order.number, part.material, message, part.required.amount, there, event)

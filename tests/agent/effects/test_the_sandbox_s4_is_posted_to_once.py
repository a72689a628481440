"""The same sentences in front of a real protocol: the sandbox's S/4, its faults, its journal."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.actions.action import Action
from agent.actions.cancel_confirmation import CancelConfirmation
from agent.actions.cancel_movement import CancelMovement
from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.effects.effects import Ambience, Effects, PostingState
from agent.effects.settling import Settling
from agent.records.database import Database
from agent.records.postings import PostingRecords
from tools.book import PlantBook
from tools.connection import Connection
from tools.credentials import Basic
from tools.fakes.examples import draft, issue, released, scrap_all, stock_at
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.patience import Rhythm
from tools.ports import Movements, Side
from tools.sandbox.clock import SandboxClock
from tools.sandbox.door import Door, Doors
from tools.sandbox.faults import Fault, FaultKind
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
CASE = "c-1"


@dataclass
class Plant:
    """The sandbox's ERP, its world, and effects in front of it."""

    world: World
    book: PlantBook
    erp: Side
    effects: Effects

    async def perform(self, action: Action) -> PostingState:
        return (await self.effects.perform(CASE, action, 0, "d-1")).state

    def posted(self) -> int:
        return len(self.world.journal.committed())


@pytest.fixture(scope="module")
def plants() -> tuple[PlantBook, ...]:
    return books(7, NOW)


@pytest.fixture(scope="module")
def template(plants: tuple[PlantBook, ...]) -> Template:
    return Template(World(clock=SandboxClock(NOW), s4=S4.from_books(plants)))


@pytest.fixture
async def plant(
    plants: tuple[PlantBook, ...], template: Template, database: Database
) -> AsyncIterator[Plant]:
    world = template.world()

    async def sleep(seconds: float) -> None:
        world.clock.advance(seconds)

    async def plant_of(case: str) -> str:
        return plants[0].plant

    async with Connection(
        "S4",
        "http://s4.sandbox",
        credentials=Basic("CONCORD", "plant-in-a-box"),
        transport=WorldTransport(world, DOORS),
        rhythm=Rhythm(clock=lambda: world.clock.now().timestamp(), sleep=sleep, jitter=lambda: 1.0),
    ) as connection:
        erp = erp_side(Landscape(connection, world.clock.now))
        effects = Effects(
            PostingRecords(database, world.clock.now),
            lambda plant: {System.ERP: erp},
            plant_of,
            lambda plant, system: Settling(20, 60),
            Ambience(world.clock.now, sleep, lambda: world.clock.now().timestamp()),
        )
        yield Plant(world, plants[0], erp, effects)


def movement(book: PlantBook, amount: int = 5) -> PostMovement:
    order, _, component = released(book)
    quantity = Quantity(Decimal(amount), component.required.unit)
    return PostMovement(issue(order, component, quantity, book.today))


def confirmation(book: PlantBook) -> PostConfirmation:
    order, step, _ = released(book)
    return PostConfirmation(draft(order, step, 10, None, book.today))


FAULTS = [
    Fault(FaultKind.COMMIT_THEN_TIMEOUT, method="WRITE", count=1),
    Fault(FaultKind.COMMIT_THEN_RESET, method="WRITE", count=1),
    Fault(FaultKind.COMMIT_THEN_500, method="WRITE", count=1),
    Fault(FaultKind.DROP_BEFORE_COMMIT, method="WRITE", count=1),
    Fault(FaultKind.SLOW_COMMIT, method="WRITE", count=1, seconds=45),
    Fault(FaultKind.TRUNCATED, method="WRITE", count=1),
    Fault(FaultKind.HTML_PAGE, method="WRITE", count=1),
    Fault(FaultKind.HTTP_503, method="WRITE", count=1),
    Fault(FaultKind.HTTP_429, method="WRITE", count=2, seconds=7),
    Fault(FaultKind.LOCK, method="WRITE", count=1, seconds=9),
    Fault(FaultKind.STALE_TOKEN, method="WRITE", count=1),
    Fault(FaultKind.UNREACHABLE, method="WRITE", count=1),
]


@pytest.mark.parametrize("kind", ["movement", "confirmation"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.kind))
async def test_whatever_strikes_a_write_it_is_posted_once(
    plant: Plant, fault: Fault, kind: str
) -> None:
    action = movement(plant.book) if kind == "movement" else confirmation(plant.book)
    plant.world.faults.add(fault)

    state = await plant.perform(action)

    assert state is PostingState.CONFIRMED
    assert plant.posted() == 1
    assert plant.world.journal.duplicates() == []
    plant.world.clock.advance(3600)
    assert await plant.perform(action) is PostingState.CONFIRMED
    assert plant.posted() == 1


@pytest.mark.parametrize("fault", FAULTS[:6], ids=lambda fault: str(fault.kind))
async def test_a_cancellation_whose_answer_is_lost_cancels_once(plant: Plant, fault: Fault) -> None:
    action = movement(plant.book)
    posted = await plant.effects.perform(CASE, action, 0, "d-1")
    line = action.draft.lines[0]
    undo = CancelMovement(posted.number or "", line.material, line.plant, "wrong batch")
    plant.world.faults.add(fault)

    assert await plant.perform(undo) is PostingState.CONFIRMED
    assert plant.posted() == 2


async def test_a_cancelled_confirmation_is_recognised_by_its_state(plant: Plant) -> None:
    action = confirmation(plant.book)
    posted = await plant.effects.perform(CASE, action, 0, "d-1")
    undo = CancelConfirmation(posted.number or "", action.draft.order, "reported twice")
    plant.world.faults.add(FAULTS[0])

    assert await plant.perform(undo) is PostingState.CONFIRMED
    assert plant.world.journal.duplicates() == []


async def test_a_deficit_is_refused_with_saps_message(plant: Plant) -> None:
    done = await plant.effects.perform(CASE, movement(plant.book, 10_000_000), 0, "d-1")

    assert done.state is PostingState.REFUSED
    assert "M7/021" in {refusal.code for refusal in done.refusals}
    assert plant.posted() == 0


async def test_a_confirmation_without_stock_is_partial(plant: Plant) -> None:
    _, _, component = released(plant.book)
    emptied = scrap_all(stock_at(plant.book, component), plant.book.today)
    await plant.erp.port(Movements).post_movement(emptied, Reference.of("emptied"))

    done = await plant.effects.perform(CASE, confirmation(plant.book), 0, "d-1")

    assert done.state is PostingState.PARTIAL
    assert component.material in {use.material for use in done.failed}
    assert len(done.refusals) == len(done.failed)


async def test_a_target_that_always_loses_its_answers_before_the_commit_goes_to_a_person(
    plant: Plant,
) -> None:
    plant.world.faults.add(replace(FAULTS[3], count=None))

    assert await plant.perform(movement(plant.book)) is PostingState.GIVEN_UP
    assert plant.posted() == 0

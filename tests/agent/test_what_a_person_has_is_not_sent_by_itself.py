"""Once a person was told of it, nothing goes out by itself: they may have posted it by hand."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent.advance import Advance, Rest
from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.case.ruling import Answer, Role
from agent.graph import build
from agent.records.answers import Answered
from agent.records.cases import CaseStatus
from agent.records.gates import Collected
from agent.records.states import PostingState
from tests.agent.dispatch.deficits import (
    PLANT,
    Deficit,
    concord,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tools.patience import Rhythm
from tools.sandbox.app import plant_doors
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

NO_TURN = Collected()


class Gateway(httpx.AsyncBaseTransport):
    """The ERP's gateway, which breaks down with a posting in its hands, and stays down.

    ``takes_it`` says whether that posting went through; ``takes_nothing`` that only reads do.
    """

    def __init__(self, world: World) -> None:
        self._world = WorldTransport(world, plant_doors())
        self.breaks = self.takes_it = self.down = self.takes_nothing = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "s4.sandbox":
            if self.down or (self.takes_nothing and request.method == "POST"):
                raise httpx.ConnectError("nobody listens", request=request)
            if self.breaks and request.method == "POST":
                self.breaks, self.down = False, True
                if self.takes_it:
                    await self._world.handle_async_request(request)
                raise httpx.ReadTimeout("no answer", request=request)
        return await self._world.handle_async_request(request)


class Desk:
    """One case whose correction was approved, advanced by hand."""

    def __init__(
        self, gateway: Gateway, machinery: Machinery, world: World, deficit: Deficit, case: str
    ) -> None:
        self.gateway, self.machinery = gateway, machinery
        self.world, self.deficit, self.case = world, deficit, case
        self._saver = InMemorySaver()

    async def turn(self, decision: str | None = None) -> Rest:
        advance = Advance(build(self._saver), self._saver, self.machinery.context)
        return (await advance.turn(self.case, decision)).rest

    async def answer(self, answer: Answer) -> str:
        pending = await self.machinery.records.pending(self.case)
        assert pending is not None
        remedy = pending.pin.remedy_hash
        said = Answered(self.case, answer, "anna", Role.CONTROLLER, remedy, "so")
        return (await self.machinery.records.decide(said, NO_TURN)).decision.id

    async def approve(self) -> str:
        return await self.answer(Answer.APPROVE)

    async def status(self) -> CaseStatus:
        view = await self.machinery.records.case(self.case)
        assert view is not None
        return view.status

    async def postings(self) -> list[PostingState]:
        return [one.state for one in await self.machinery.postings.of_case(self.case)]

    def mended(self) -> None:
        """Let everything work again, and some time pass, for Concord asks more and more seldom."""
        self.gateway.down = self.gateway.takes_nothing = False
        self.world.faults.clear()
        self.world.clock.advance(600)

    def tasks(self) -> int:
        return sum(one.order == self.deficit.order for one in self.world.dm.tasks.values())

    def booked(self) -> int:
        return len(self.world.journal.committed(Server.S4))


def nowhere(world: World, deficit: Deficit) -> None:
    """Let no place hold the material: nobody can say where it was taken from."""
    for key in world.s4.stock:
        if key.material == deficit.material:
            world.s4.stock[key] = Decimal(0)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    world = new_world()
    gateway = Gateway(world)
    plants = plant_files(tmp_path / "plants", alone=False, settle_seconds=0.1)

    async def sleep(seconds: float) -> None:
        world.clock.advance(seconds)

    rhythm = Rhythm(clock=lambda: world.clock.now().timestamp(), sleep=sleep)
    wires = replace(wires_of(world, gateway), sleep=sleep, rhythm=rhythm)
    async with concord(settings_of(tmp_path / "home", plants), wires) as machinery:
        [deficit] = await run_dry(world, machinery.plants[PLANT], takable(world)[:1])
        received = await arrive(deficit.raw, machinery, NO_TURN)
        yield Desk(gateway, machinery, world, deficit, str(received.case))


async def test_a_posting_nobody_knows_about_is_looked_for_and_left_to_them(desk: Desk) -> None:
    await desk.turn()
    decision, before = await desk.approve(), desk.booked()
    desk.gateway.breaks = True
    await desk.turn(decision)
    assert await desk.status() is CaseStatus.NEEDS_PERSON
    assert await desk.postings() == [PostingState.UNKNOWN]

    await desk.turn()
    assert await desk.postings() == [PostingState.UNKNOWN]
    desk.mended()
    await desk.turn()

    assert await desk.postings() == [PostingState.GIVEN_UP]
    assert (desk.booked(), await desk.status()) == (before, CaseStatus.NEEDS_PERSON)
    await desk.turn()
    assert (desk.booked(), await desk.status()) == (before, CaseStatus.NEEDS_PERSON)


async def test_what_was_posted_after_all_is_found_and_gone_on_with(desk: Desk) -> None:
    await desk.turn()
    decision = await desk.approve()
    desk.gateway.breaks, desk.gateway.takes_it = True, True
    await desk.turn(decision)
    assert await desk.status() is CaseStatus.NEEDS_PERSON

    desk.mended()
    await desk.turn()

    assert await desk.status() is CaseStatus.SETTLED
    assert await desk.postings() == [PostingState.CONFIRMED, PostingState.CONFIRMED]


async def test_what_certainly_did_not_go_out_is_asked_about_anew(desk: Desk) -> None:
    await desk.turn()
    decision, before = await desk.approve(), desk.booked()
    desk.gateway.takes_nothing = True
    await desk.turn(decision)
    assert await desk.status() is CaseStatus.NEEDS_PERSON
    assert await desk.postings() == [PostingState.INTENDED]

    desk.mended()
    assert await desk.turn() is Rest.WAITING

    assert (desk.booked(), await desk.status()) == (before, CaseStatus.WAITING)
    assert await desk.turn(await desk.approve()) is Rest.DONE
    assert await desk.status() is CaseStatus.SETTLED


async def test_a_task_the_floor_could_not_take_is_opened_while_the_case_waits(
    desk: Desk,
) -> None:
    nowhere(desk.world, desk.deficit)
    desk.world.faults.add(Fault(FaultKind.UNREACHABLE, Server.DM, "/Alerts", "WRITE"))
    assert await desk.turn() is Rest.WAITING
    assert await desk.postings() == [PostingState.INTENDED]
    assert await desk.machinery.advance.in_doubt() == {desk.case}

    desk.mended()
    assert await desk.turn() is Rest.WAITING

    assert await desk.postings() == [PostingState.CONFIRMED]
    assert desk.tasks() == 1
    assert await desk.machinery.advance.in_doubt() == set()


async def test_a_task_nobody_needs_any_more_is_not_opened(desk: Desk) -> None:
    nowhere(desk.world, desk.deficit)
    desk.world.faults.add(Fault(FaultKind.UNREACHABLE, Server.DM, "/Alerts", "WRITE"))
    await desk.turn()
    await desk.turn(await desk.answer(Answer.REJECT))
    assert await desk.status() is CaseStatus.SETTLED

    desk.mended()
    await desk.turn()

    assert await desk.postings() == [PostingState.STALE]
    assert desk.tasks() == 0
    assert await desk.machinery.advance.in_doubt() == set()

"""Once a person was told of it, nothing goes out by itself: they may have posted it by hand."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from agent.advance import Rest
from agent.case.ruling import Answer
from agent.records.cases import CaseStatus
from agent.records.states import PostingState
from agent.sides import Wires
from tests.agent.desk import Desk, a_case
from tests.agent.dispatch.deficits import Deficit, wires_of
from tools.patience import Rhythm
from tools.sandbox.app import plant_doors
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World


class Gateway(httpx.AsyncBaseTransport):
    """The ERP's gateway, which breaks down with a posting in its hands, and stays down.

    ``takes_it`` says whether that posting went through; ``takes_nothing`` that only reads do.
    """

    def __init__(self) -> None:
        self._world: WorldTransport | None = None
        self.breaks = self.takes_it = self.down = self.takes_nothing = False

    def lead_to(self, world: World) -> Wires:
        """Return what leads to a world by this gateway; time passes there while somebody waits."""
        self._world = WorldTransport(world, plant_doors())

        async def sleep(seconds: float) -> None:
            world.clock.advance(seconds)

        rhythm = Rhythm(clock=lambda: world.clock.now().timestamp(), sleep=sleep)
        return replace(wires_of(world, self), sleep=sleep, rhythm=rhythm)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self._world is not None
        if request.url.host == "s4.sandbox":
            if self.down or (self.takes_nothing and request.method == "POST"):
                raise httpx.ConnectError("nobody listens", request=request)
            if self.breaks and request.method == "POST":
                self.breaks, self.down = False, True
                if self.takes_it:
                    await self._world.handle_async_request(request)
                raise httpx.ReadTimeout("no answer", request=request)
        return await self._world.handle_async_request(request)


async def states(desk: Desk) -> list[PostingState]:
    return [one.state for one in await desk.machinery.postings.of_case(desk.case)]


def mended(desk: Desk, gateway: Gateway) -> None:
    """Let everything work again, and some time pass, for Concord asks more and more seldom."""
    gateway.down = gateway.takes_nothing = False
    desk.world.faults.clear()
    desk.world.clock.advance(600)


def tasks(desk: Desk) -> int:
    return sum(one.order == desk.deficit.order for one in desk.world.dm.tasks.values())


def booked(desk: Desk) -> int:
    return len(desk.world.journal.committed(Server.S4))


def nowhere(world: World, deficit: Deficit) -> None:
    """Let no place hold the material: nobody can say where it was taken from."""
    for key in world.s4.stock:
        if key.material == deficit.material:
            world.s4.stock[key] = Decimal(0)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def desk(tmp_path: Path, gateway: Gateway) -> AsyncIterator[Desk]:
    async with a_case(tmp_path, gateway.lead_to) as desk:
        yield desk


async def test_a_posting_nobody_knows_about_is_looked_for_and_left_to_them(
    desk: Desk, gateway: Gateway
) -> None:
    await desk.turn()
    decision, before = await desk.decide(), booked(desk)
    gateway.breaks = True
    await desk.turn(decision)
    assert await desk.status() is CaseStatus.NEEDS_PERSON
    assert await states(desk) == [PostingState.UNKNOWN]

    await desk.turn()
    assert await states(desk) == [PostingState.UNKNOWN]
    mended(desk, gateway)
    await desk.turn()

    assert await states(desk) == [PostingState.GIVEN_UP]
    assert (booked(desk), await desk.status()) == (before, CaseStatus.NEEDS_PERSON)
    await desk.turn()
    assert (booked(desk), await desk.status()) == (before, CaseStatus.NEEDS_PERSON)


async def test_what_was_posted_after_all_is_found_and_gone_on_with(
    desk: Desk, gateway: Gateway
) -> None:
    await desk.turn()
    decision = await desk.decide()
    gateway.breaks, gateway.takes_it = True, True
    await desk.turn(decision)
    assert await desk.status() is CaseStatus.NEEDS_PERSON

    mended(desk, gateway)
    await desk.turn()

    assert await desk.status() is CaseStatus.SETTLED
    assert await states(desk) == [PostingState.CONFIRMED, PostingState.CONFIRMED]


async def test_what_certainly_did_not_go_out_is_asked_about_anew(
    desk: Desk, gateway: Gateway
) -> None:
    await desk.turn()
    decision, before = await desk.decide(), booked(desk)
    gateway.takes_nothing = True
    await desk.turn(decision)
    assert await desk.status() is CaseStatus.NEEDS_PERSON
    assert await states(desk) == [PostingState.INTENDED]

    mended(desk, gateway)
    assert (await desk.turn()).rest is Rest.WAITING

    assert (booked(desk), await desk.status()) == (before, CaseStatus.WAITING)
    assert (await desk.turn(await desk.decide())).rest is Rest.DONE
    assert await desk.status() is CaseStatus.SETTLED


async def test_a_task_the_floor_could_not_take_is_opened_while_the_case_waits(
    desk: Desk, gateway: Gateway
) -> None:
    nowhere(desk.world, desk.deficit)
    desk.world.faults.add(Fault(FaultKind.UNREACHABLE, Server.DM, "/Alerts", "WRITE"))
    assert (await desk.turn()).rest is Rest.WAITING
    assert await states(desk) == [PostingState.INTENDED]
    assert await desk.machinery.advance.in_doubt() == {desk.case}

    mended(desk, gateway)
    assert (await desk.turn()).rest is Rest.WAITING

    assert await states(desk) == [PostingState.CONFIRMED]
    assert tasks(desk) == 1
    assert await desk.machinery.advance.in_doubt() == set()


async def test_a_task_nobody_needs_any_more_is_not_opened(desk: Desk, gateway: Gateway) -> None:
    nowhere(desk.world, desk.deficit)
    desk.world.faults.add(Fault(FaultKind.UNREACHABLE, Server.DM, "/Alerts", "WRITE"))
    await desk.turn()
    await desk.turn(await desk.decide(Answer.REJECT))
    assert await desk.status() is CaseStatus.SETTLED

    mended(desk, gateway)
    await desk.turn()

    assert await states(desk) == [PostingState.STALE]
    assert tasks(desk) == 0
    assert await desk.machinery.advance.in_doubt() == set()

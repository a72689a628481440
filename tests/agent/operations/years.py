"""Concord on a plant whose line runs dry, with cases in every state, worked on in this process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from agent.arrival import acquaintance, arrive
from agent.backup import taken_up
from agent.bootstrap import Machinery
from agent.case.ruling import Answer
from agent.dispatch.durable import DurableDispatcher, Pace
from agent.foreground import rest
from agent.records.cases import CaseStatus
from agent.sides import Wires
from tests.agent.dispatch.deficits import (
    PLANT,
    Deficit,
    concord,
    corrected_once,
    decide,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tools.sandbox.app import plant_doors
from tools.sandbox.world import World

PATIENCE = 40.0


@dataclass
class Years:
    """One plant that goes on while Concord comes and goes.

    Attributes:
        folder: Where homes and plant files lie.
        world: The plant.
        wires: What leads to it.
    """

    folder: Path
    world: World
    wires: Wires

    @asynccontextmanager
    async def concord(
        self, home: str = "home", url: str | None = None
    ) -> AsyncGenerator[Machinery]:
        settings = settings_of(self.folder / home, self.folder / "plants", url)
        async with concord(settings, self.wires) as running:
            taken_up(settings.home, running.database, self.world.clock.now())
            yield running


def years(folder: Path, transport: httpx.AsyncBaseTransport | None = None) -> Years:
    """Return a plant where an approval is always asked for."""
    world = new_world()
    plant_files(folder / "plants", alone=False, settle_seconds=1)
    return Years(folder, world, wires_of(world, transport))


async def deficits(running: Machinery, world: World, number: int) -> list[Deficit]:
    """Let the line take so many materials, of as many orders, that the ERP does not show there."""
    return await run_dry(world, running.plants[PLANT], takable(world)[:number])


@asynccontextmanager
async def working(running: Machinery, executor: str = "local") -> AsyncGenerator[None]:
    """Work on cases."""
    dispatcher = DurableDispatcher(
        running.database,
        running.records,
        running.advance,
        home=running.settings.home,
        executor=executor,
        pace=Pace(sweep_seconds=0.3, surprise_seconds=0.1),
    )
    await dispatcher.start()
    try:
        yield
    finally:
        await dispatcher.stop(10)


async def told(running: Machinery, deficit: Deficit) -> str:
    """Take the signal of a deficit in, and return its case."""
    enqueuer = running.enqueuer()
    try:
        received = await arrive(deficit.raw, running, enqueuer.enqueue)
    finally:
        enqueuer.close()
    assert received.case is not None
    return received.case


async def at_rest(running: Machinery, case: str) -> CaseStatus:
    """Wait until a case waits for a person or is done, and say where it stands."""
    async with asyncio.timeout(PATIENCE):
        await rest(running, case)
    view = await running.records.case(case)
    assert view is not None
    return view.status


async def replayed(running: Machinery, letter: int) -> None:
    """Let somebody try a dead letter once more."""
    enqueuer = running.enqueuer()
    try:
        known = acquaintance(running)
        await running.records.replay(letter, "ines", known.reread, enqueuer.enqueue)
    finally:
        enqueuer.close()


async def approved(running: Machinery, case: str) -> None:
    """Let somebody approve what a case asks."""
    enqueuer = running.enqueuer()
    try:
        await decide(running, case, Answer.APPROVE, "clara", enqueuer.enqueue)
    finally:
        enqueuer.close()


def settled(world: World) -> None:
    """Let a minute pass, in which all messages that are on their way arrive."""
    world.clock.advance(60)
    plant_doors().catch_up(world)


def wrong(world: World, *corrected: Deficit) -> list[str]:
    """Return what the plant shows not exactly one correction of, and what was posted twice."""
    settled(world)
    missing = [one.message for one in corrected if not corrected_once(world, one)]
    return missing + [str(one) for one in world.journal.duplicates()]

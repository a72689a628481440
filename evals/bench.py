"""The bench a case runs on: Concord wired to one world, its records in a file of their own.

The graph is run directly, without dispatch. Time passes only in the world: whoever waits, moves its
clock.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import count
from pathlib import Path

from langgraph.checkpoint.memory import InMemorySaver

from agent.advance import Advance
from agent.bootstrap import Machinery, wire
from agent.effects.effects import Ambience, Effects
from agent.effects.settling import settling_of
from agent.graph import build
from agent.precedents.embedding import Hashing
from agent.precedents.precedents import Precedents
from agent.precedents.source import RecordedPrecedents
from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.settings import Settings
from agent.sides import Wires, connected
from evals.index import MemoryIndex
from evals.world import ADDRESSES, doors
from tools.patience import Rhythm
from tools.plant.authority import Phase, Phases
from tools.plant.model import Plant
from tools.plant.reading import load_plants
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World


@dataclass(frozen=True)
class Bench:
    """What all runs share: the plants of the box, and an empty database to copy."""

    folder: Path
    plants: Mapping[str, Plant]
    empty: Path
    numbers: count[int]

    @asynccontextmanager
    async def machinery(self, world: World, phase: Phase) -> AsyncGenerator[Machinery]:
        """Wire Concord to a world, with every plant and playbook in a phase."""
        home = self.folder / f"run-{next(self.numbers)}"
        home.mkdir()
        shutil.copy(self.empty, home / "concord.db")
        settings = Settings(home=home)
        database = Database(settings.database)
        wires = _wires(world)
        plants = {
            code: connected(_in_phase(plant, phase), wires) for code, plant in self.plants.items()
        }
        saver = InMemorySaver()
        concord = wire(settings, plants, database, saver, wires)
        try:
            yield _in_process(concord, saver, world)
        finally:
            await asyncio.gather(*(one.close() for one in plants.values()))
            database.dispose()
            shutil.rmtree(home)


def bench(folder: Path) -> Bench:
    """Return a bench that keeps its files in a folder."""
    empty = folder / "empty.db"
    database = Database(f"sqlite:///{empty}")
    upgrade(database.engine)
    database.dispose()
    shipped = Path(str(files("tools.sandbox").joinpath("plants")))
    return Bench(folder, load_plants(shipped, ADDRESSES), empty, count(1))


def _wires(world: World) -> Wires:
    async def pause(seconds: float) -> None:
        world.clock.advance(seconds)
        await asyncio.sleep(0)

    rhythm = Rhythm(clock=lambda: world.clock.now().timestamp(), sleep=pause, jitter=lambda: 0.5)
    return Wires(ADDRESSES, world.clock.now, WorldTransport(world, doors()), rhythm)


def _in_phase(plant: Plant, phase: Phase) -> Plant:
    return plant.model_copy(update={"phase": Phases(default=phase)})


def _in_process(concord: Machinery, saver: InMemorySaver, world: World) -> Machinery:
    """Keep precedents in memory, and wait by moving the world's clock."""

    async def pause(seconds: float) -> None:
        world.clock.advance(seconds)
        await asyncio.sleep(0)

    async def plant_of(case: str) -> str:
        view = await concord.records.case(case)
        if view is None:
            raise LookupError(f"there is no case {case}")
        return view.plant

    precedents = Precedents(RecordedPrecedents(concord.database), MemoryIndex(), Hashing())
    effects = Effects(
        concord.postings,
        concord.context.sides,
        plant_of,
        settling_of(concord.context.plants),
        Ambience(world.clock.now, pause),
    )
    context = replace(concord.context, precedents=precedents, effects=effects)
    return replace(
        concord,
        context=context,
        advance=Advance(build(saver), saver, context),
    )

"""The bench a case runs on: Concord wired to one world, its records in a file of their own.

The graph is run directly, without dispatch. Time passes only in the world: whoever waits, moves its
clock. What takes long and is the same for every case (policies, the compiled graph, an empty
database) is made once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from langgraph.checkpoint.memory import InMemorySaver

from agent.advance import Advance
from agent.authority.authority import Authority, Certificates, Uncertified
from agent.bootstrap import Machinery, authority_of, wire
from agent.graph import Machine, build
from agent.precedents.embedding import Hashing
from agent.precedents.index import Entry
from agent.precedents.precedents import Precedents
from agent.precedents.source import RecordedPrecedents
from agent.reasoning.configured import Judges
from agent.reasoning.people import People
from agent.reasoning.reasoner import Reasoner
from agent.reasoning.weighing import Weighing
from agent.sides import ConnectedPlant, Wires, connected
from evals.desk import Desk, Desks
from evals.index import MemoryIndex
from evals.licence import Everything
from evals.world import ADDRESSES, doors
from tools.patience import Rhythm
from tools.plant.authority import Phase, Phases
from tools.plant.model import Plant
from tools.plant.reading import load_plants
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

Plants = Mapping[str, ConnectedPlant]


@dataclass(frozen=True)
class Place:
    """Where a judge judges: the plants, and who is known there by name."""

    plants: Plants
    people: People


def weighing(_place: Place) -> Reasoner:
    """Return the judge that needs nothing."""
    return Weighing()


@dataclass(frozen=True)
class Trial:
    """How one case is tried: in which phase, by whom, and after which settled cases.

    ``recalled`` is filled with the precedents the judge was shown, nearest first. ``certified``
    takes the judge for certified, as far as ``certificates`` say.
    """

    phase: Phase
    judge: Callable[[Place], Reasoner] = weighing
    precedents: Mapping[str, Sequence[Entry]] = field(default_factory=dict[str, Sequence[Entry]])
    recalled: list[str] = field(default_factory=list[str])
    certified: bool = False
    certificates: Certificates = Everything()


@dataclass(frozen=True)
class Bench:
    """What all runs share: the plants of the box, the graph, and an empty database to copy."""

    desks: Desks
    plants: Mapping[str, Plant]
    policies: Authority
    machine: Machine

    @asynccontextmanager
    async def machinery(self, world: World, trial: Trial) -> AsyncGenerator[Machinery]:
        """Wire Concord to a world, with every plant and playbook in the trial's phase."""
        with self.desks.taken() as desk:
            wires = _wires(world)
            plants = {
                code: connected(_in_phase(plant, trial.phase), wires)
                for code, plant in self.plants.items()
            }
            try:
                yield self._wired(desk, plants, wires, trial)
            finally:
                await asyncio.gather(*(one.close() for one in plants.values()))

    def _wired(self, desk: Desk, plants: Plants, wires: Wires, trial: Trial) -> Machinery:
        saver = InMemorySaver()
        machine = self.machine.copy({"checkpointer": saver})
        concord = wire(desk.settings, plants, desk.database, saver, wires, machine)
        judging = Judges(trial.judge(Place(plants, concord.people)))
        index = MemoryIndex(trial.recalled)
        for kind, entries in trial.precedents.items():
            index.put(kind, entries)
        context = replace(
            concord.context,
            reasoner=judging.reasoner,
            identifier=judging.identifier,
            precedents=Precedents(RecordedPrecedents(desk.database), index, Hashing()),
            authority=self.policies.judging_by(
                trial.certificates if trial.certified else Uncertified()
            ),
        )
        return replace(
            concord, judges=judging, context=context, advance=Advance(machine, saver, context)
        )


def bench(folder: Path) -> Bench:
    """Return a bench that keeps its files in a folder."""
    shipped = Path(str(files("tools.sandbox").joinpath("plants")))
    plants = load_plants(shipped, ADDRESSES)
    return Bench(Desks(folder), plants, authority_of(plants), build())


def _wires(world: World) -> Wires:
    async def pause(seconds: float) -> None:
        world.clock.advance(seconds)
        await asyncio.sleep(0)

    rhythm = Rhythm(clock=lambda: world.clock.now().timestamp(), sleep=pause, jitter=lambda: 0.5)
    return Wires(ADDRESSES, world.clock.now, WorldTransport(world, doors()), rhythm, pause)


def _in_phase(plant: Plant, phase: Phase) -> Plant:
    return plant.model_copy(update={"phase": Phases(default=phase)})

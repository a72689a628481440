"""A scenario's case on a bench, worked on until it waits."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from agent.bootstrap import Machinery
from agent.identifying import conflict_of
from agent.intake import read_signal
from agent.records.arrivals import Arrived
from evals.bench import Bench, Trial
from tools.plant.authority import Phase
from tools.sandbox.scenarios.catalog import scenarios
from tools.sandbox.world import World


@asynccontextmanager
async def opened(
    box: Bench, world: World, phase: Phase, scenario: str
) -> AsyncGenerator[tuple[Machinery, str]]:
    """Let a scenario happen and its case come to rest."""
    told = scenarios()[scenario].happen(world)
    async with box.machinery(world, Trial(phase)) as concord:
        signal = read_signal(dict(told.signal), world.clock.now())
        conflict = conflict_of(signal, concord.context.catalog)
        arrived = Arrived(signal.source, signal.id, dict(told.signal), signal, conflict)
        received = await concord.records.receive(arrived, lambda _session, _turns: None)
        assert received.case is not None
        await concord.advance.turn(received.case, None)
        yield concord, received.case

"""An unclear signal is what a model says it is, and then nothing is done without a person."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent.advance import Advance, Rest
from agent.bootstrap import Machinery
from agent.case.conflict import Signal
from agent.graph import build
from agent.intake import read_signal
from agent.reasoning.identifying import Identification, Identifier
from agent.records.arrivals import Arrived
from agent.records.cases import CaseStatus
from evals.bench import Bench, Trial, bench
from evals.world import fresh
from tools.plant.authority import Phase
from tools.sandbox.scenarios.catalog import scenarios
from tools.sandbox.world import World

SCENARIO = "pallet_moved_not_booked"
"""Recognised by its signal, the agent settles it alone."""


class Says:
    """A model that says one thing, and counts how often it is asked."""

    def __init__(self, kind: str | None) -> None:
        self.kind, self.asked = kind, 0

    async def identify(self, signal: Signal) -> Identification | None:
        self.asked += 1
        return Identification(self.kind, "model/identify@1.0.0#0/test:tiny", "None fits.")


@pytest.fixture
def box(tmp_path: Path) -> Bench:
    return bench(tmp_path)


@asynccontextmanager
async def arrived(
    box: Bench, world: World, identifier: Identifier
) -> AsyncGenerator[tuple[Machinery, str]]:
    """Let a scenario's signal arrive under a name no playbook knows."""
    told = scenarios()[SCENARIO].happen(world)
    body = {**told.signal, "type": "line.message.v1"}
    async with box.machinery(world, Trial(Phase.ACT)) as plain:
        concord = again(plain, identifier)
        signal = read_signal(body, world.clock.now())
        received = await concord.records.receive(
            Arrived(signal.source, signal.id, body, signal), lambda _session, _turns: None
        )
        assert received.case is not None
        yield concord, received.case


def again(concord: Machinery, identifier: Identifier) -> Machinery:
    """Return the same installation with no memory of its threads."""
    saver, context = InMemorySaver(), replace(concord.context, identifier=identifier)
    return replace(concord, context=context, advance=Advance(build(saver), saver, context))


def writes(world: World) -> int:
    return sum(entry.committed for entry in world.journal.entries)


async def test_what_a_model_identified_is_asked_about_and_never_done_alone(box: Bench) -> None:
    world, model = fresh(), Says(scenarios()[SCENARIO].scenario.truth.playbook)
    async with arrived(box, world, model) as (concord, case):
        before = writes(world)
        rested = await concord.advance.turn(case, None)
        view, pin = await concord.records.case(case), await concord.records.pinned(case)
        assert rested.rest is Rest.WAITING
        assert view is not None
        assert pin is not None
        assert view.status is CaseStatus.WAITING
        assert pin.diagnosis["decisive"]
        assert (pin.ruling["verb"], pin.ruling["terms"]["identified_by_model"]) == ("ask", True)
        assert writes(world) == before
        assert view.conflict is not None
        assert view.conflict.identified_by == "model/identify@1.0.0#0/test:tiny"
        assert view.object == view.conflict.object


async def test_once_it_is_pinned_the_model_is_not_asked_again(box: Bench) -> None:
    world, model = fresh(), Says(scenarios()[SCENARIO].scenario.truth.playbook)
    async with arrived(box, world, model) as (concord, case):
        await concord.advance.turn(case, None)
        before = await concord.records.pinned(case)
        changed = Says(None)
        await again(concord, changed).advance.turn(case, None)
        assert (model.asked, changed.asked) == (1, 0)
        assert await concord.records.pinned(case) == before


async def test_what_a_model_does_not_recognise_goes_to_a_person(box: Bench) -> None:
    world = fresh()
    async with arrived(box, world, Says(None)) as (concord, case):
        await concord.advance.turn(case, None)
        view = await concord.records.case(case)
        assert view is not None
        assert view.kind is None
        assert "None fits." in view.why

"""A desk with one case on it, that a test advances by hand."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from agent.advance import Advance, Rested
from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.case.diagnosis import Diagnosis
from agent.case.dossier import Dossier
from agent.case.ruling import Answer, Role
from agent.graph import build
from agent.reasoning.reasoner import Reasoner
from agent.records.answers import Answered
from agent.records.cases import CaseStatus
from agent.records.gates import Collected
from agent.sides import Wires
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
from tools.errors import Unavailable
from tools.sandbox.world import World

NO_TURN = Collected()


class Unwell:
    """A judge that cannot be reached the first time it is asked."""

    def __init__(self, judge: Reasoner) -> None:
        self._judge, self.asked = judge, 0

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        self.asked += 1
        if self.asked == 1:
            raise Unavailable("judge", "no answer", retry_after=1)
        return await self._judge.diagnose(dossier)


class Desk:
    """One case, advanced by hand."""

    def __init__(self, world: World, machinery: Machinery, deficit: Deficit, case: str) -> None:
        self.world, self.machinery, self.deficit, self.case = world, machinery, deficit, case
        self.saver: BaseCheckpointSaver[str] = InMemorySaver()
        self.judge: Unwell | None = None

    async def turn(self, decision: str | None = None) -> Rested:
        context = self.machinery.context
        if self.judge is not None:
            context = replace(context, reasoner=self.judge)
        return await Advance(build(self.saver), self.saver, context).turn(self.case, decision)

    async def decide(
        self, answer: Answer = Answer.APPROVE, role: Role = Role.CONTROLLER, **more: Any
    ) -> str:
        pending = await self.machinery.records.pending(self.case)
        assert pending is not None
        answered = Answered(self.case, answer, "anna", role, pending.pin.remedy_hash, "so", **more)
        decided = await self.machinery.records.decide(answered, NO_TURN)
        return decided.decision.id

    async def status(self) -> CaseStatus:
        view = await self.machinery.records.case(self.case)
        assert view is not None
        return view.status

    async def postings(self) -> int:
        return len(await self.machinery.postings.of_case(self.case))

    def lose_thread(self) -> None:
        self.saver = InMemorySaver()


@asynccontextmanager
async def a_case(
    folder: Path, leading_to: Callable[[World], Wires] = wires_of
) -> AsyncGenerator[Desk]:
    """Open a case about a deficit the ERP does not know of."""
    world = new_world()
    plants = plant_files(folder / "plants", alone=False, settle_seconds=0.1)
    settings = settings_of(folder / "home", plants)
    async with concord(settings, leading_to(world)) as machinery:
        [deficit] = await run_dry(world, machinery.plants[PLANT], takable(world)[:1])
        received = await arrive(deficit.raw, machinery, NO_TURN)
        yield Desk(world, machinery, deficit, str(received.case))

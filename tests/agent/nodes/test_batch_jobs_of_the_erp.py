"""What is not urgent keeps clear of the ERP's batch jobs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.advance import Advance, Rest
from agent.graph import build
from agent.records.cases import CaseStatus
from tests.agent.desk import a_case
from tests.agent.dispatch.deficits import PLANT
from tools.plant.section import Span


async def test_a_posting_waits_until_they_are_over(tmp_path: Path) -> None:
    async with a_case(tmp_path) as desk:
        await desk.turn()
        decision = await desk.decide()
        context = desk.machinery.context
        plant = context.plants[PLANT]
        local = plant.local(context.clock())
        jobs = Span(start=local.time(), end=(local + timedelta(hours=2)).time())
        busy = plant.calendar.model_copy(update={"erp_batch_windows": (jobs,)})
        plants = {**context.plants, PLANT: plant.model_copy(update={"calendar": busy})}
        advance = Advance(build(desk.saver), desk.saver, replace(context, plants=plants))
        rested = await advance.turn(desk.case, decision)
        assert rested.rest is Rest.LATER
        assert "batch jobs" in rested.why
        assert await desk.postings() == 0
        assert (await desk.turn(decision)).rest is Rest.DONE
        assert await desk.status() is CaseStatus.SETTLED

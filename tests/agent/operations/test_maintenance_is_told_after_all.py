"""A machine stands while maintenance's system takes nothing: its next signal has them told."""

import json
from pathlib import Path

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.records.cases import CaseStatus, How
from agent.records.states import PostingState
from agent.sides import Wires
from tests.agent.dispatch.deficits import PLANT, environment
from tests.agent.operations.years import approved, at_rest, working, years
from tools.sandbox.app import plant_doors
from tools.sandbox.changes.story import read
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

STORY = (
    {"do": "find_order", "as": "run", "plant": PLANT, "left_at_least": 20, "position": 0},
    {
        "do": "downtime",
        "as": "stop",
        "plant": PLANT,
        "work_center": "${run.work_center}",
        "reason": "MECH",
        "minutes_ago": 40,
    },
)


async def test_a_machine_that_stands_is_told_of_once_maintenance_takes_it(tmp_path: Path) -> None:
    here = years(tmp_path)
    world, stopped = here.world, read(STORY).play(here.world)
    center, equipment = stopped["run.work_center"], stopped["stop.equipment"]
    reaching = WorldTransport(world, plant_doors())
    here.wires = Wires(environment(), world.clock.now, reaching, sleep=_at_once)
    taken = Fault(FaultKind.LOCK, Server.S4, path="NOTIFICATION", method="POST", seconds=0)
    async with here.concord() as running, working(running):
        world.faults.add(taken)
        case, how = await _told(running, world, center, "stop-1")
        assert how is How.NEW
        assert await at_rest(running, case) is CaseStatus.WAITING
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.NEEDS_PERSON
        assert await _states(running, case) == {PostingState.INTENDED}
        world.faults.clear()
        before = _told_of(world, equipment)
        again = await _told(running, world, center, "stop-2")
        assert again == (case, How.ATTACHED)
        assert await at_rest(running, case) is CaseStatus.WAITING
        assert _told_of(world, equipment) == before, "nothing goes out on the old decision"
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.SETTLED
        assert _told_of(world, equipment) == before + 1


async def _at_once(_seconds: float) -> None:
    return


async def _told(running: Machinery, world: World, center: str, name: str) -> tuple[str, How]:
    """Tell that a machine stands, as the floor does that only knows its work centre."""
    event = {
        "specversion": "1.0",
        "id": name,
        "source": f"/ignition/{PLANT}",
        "type": "concord.downtime.reported.v1",
        "time": world.clock.now().isoformat(),
        "data": {"plant": PLANT, "work_center": center, "text": "Machine down"},
    }
    enqueuer = running.enqueuer()
    received = await arrive(json.dumps(event).encode(), running, enqueuer.enqueue)
    enqueuer.close()
    assert received.case is not None
    return received.case, received.how


async def _states(running: Machinery, case: str) -> set[PostingState]:
    return {one.state for one in await running.postings.of_case(case) if one.hard}


def _told_of(world: World, equipment: str) -> int:
    """Count the notifications that maintenance has of a machine."""
    return sum(equipment in one.values() for one in world.s4.notifications.values())

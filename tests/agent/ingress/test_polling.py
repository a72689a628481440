"""Refused messages that nobody tells of are looked for, and each refusal is taken once."""

from pathlib import Path

from agent.ingress.inlet import Inlet
from agent.ingress.polling import Poller
from agent.records.gates import Collected
from tests.agent.dispatch.deficits import (
    PLANT,
    concord,
    new_world,
    plant_files,
    run_dry,
    settings_of,
    takable,
    wires_of,
)
from tools.objects.reading import System


async def test_a_refusal_is_found_and_becomes_one_case(tmp_path: Path) -> None:
    world = new_world()
    settings = settings_of(tmp_path / "home", plant_files(tmp_path / "plants", alone=False))
    async with concord(settings, wires_of(world)) as machinery:
        [deficit] = await run_dry(world, machinery.plants[PLANT], takable(world)[:1])
        started, sides = Collected(), machinery.context.sides(PLANT)
        inlet = Inlet(machinery, started)
        poller = Poller(PLANT, System.MES, sides, inlet)
        many = await poller.look()
        assert many >= 1
        assert await poller.look() == 0
        opened = [await machinery.records.case(turn.case) for turn in started.turns]
        found = next(one for one in opened if one and one.signal.keys["message"] == deficit.message)
        assert found.conflict is not None
        assert found.conflict.kind == "production/posting_rejected"
        assert found.signal.keys["order"] == deficit.order
        assert found.signal.message is not None
        again = Poller(PLANT, System.MES, sides, inlet)
        assert await again.look() == many  # whoever starts anew knows nothing; the inbox does
        assert len(started.turns) == len(opened)
        assert await machinery.records.dead_letters() == []

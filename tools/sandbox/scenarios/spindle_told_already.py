"""The spindle stands, and maintenance is on it.

The machining centre stopped with a spindle alarm. The operator called maintenance at once, and
they wrote their notification before the MES sent its signal.

Everybody who has to know does. A second notification would send a second fitter.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """The work centre an order in work stands at."""
    return run(world, "1010", position=1).names


SCENARIO = Scenario(
    plant="1010",
    title="A machine is down, and maintenance knows",
    picks=picks,
    changes=(
        {
            "do": "downtime",
            "as": "stop",
            "plant": "1010",
            "work_center": "${work_center}",
            "order": "${order}",
            "reason": "MECH",
            "minutes_ago": 30,
            "note": "Spindelalarm, Instandhaltung ist da",
        },
        {
            "do": "notification",
            "as": "told",
            "equipment": "${stop.equipment}",
            "text": "Spindelalarm",
            "minutes_ago": 25,
        },
    ),
    type="concord.downtime.reported.v1",
    data={
        "order": "${order}",
        "work_center": "${work_center}",
        "equipment": "${stop.equipment}",
        "downtime": "${stop.downtime}",
        "text": "Machine down",
    },
    truth=Truth(
        playbook="maintenance/downtime",
        cause="not_a_conflict",
        right="Nothing is raised; the notification there is stands for it",
        settle=Settle.NOTHING,
    ),
    watch=(looking.machine,),
)

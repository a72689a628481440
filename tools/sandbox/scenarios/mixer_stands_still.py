"""A machine stands, and maintenance does not know.

A let-down tank tripped an hour ago. The MES shows it down, with the order that was on it; the
operator restarted it twice and gave up. In the maintenance system there is no notification, so
nobody is on the way.

Maintenance has to be told, with asset, shift and the order that waits.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """The work centre an order in work stands at."""
    return run(world, "1710").names


SCENARIO = Scenario(
    plant="1710",
    title="A machine is down, maintenance has no notification",
    picks=picks,
    changes=(
        {
            "do": "downtime",
            "as": "stop",
            "plant": "1710",
            "work_center": "${work_center}",
            "order": "${order}",
            "reason": "ELEC",
            "minutes_ago": 55,
            "note": "drive trips after restart, smells burnt",
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
        cause="not_notified",
        right="A notification is raised for the asset, with shift and order",
        settle=Settle.ACT,
    ),
    watch=(looking.machine,),
)

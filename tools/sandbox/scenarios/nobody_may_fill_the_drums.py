"""Nobody may fill the drums.

A batch is released in the ERP. The certificates of all who may run the filling line ended
yesterday; the training is next week. Material and tanks are there, and the MES waits for the
release.

It must not start: it is held, and the planner is told why.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import last_released
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """The batch that is due last of those released on both sides and filled into drums."""
    return {"plant": "1710", "order": last_released(world, "1710", at="FILL-1").number}


SCENARIO = Scenario(
    plant="1710",
    title="A batch is released, nobody is certified to fill it",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "certificate", "plant": "1710", "skill": "FILLING", "days": -1},
        {"do": "order_status", "order": "${order}", "side": "mes", "status": "created"},
    ),
    type="concord.order.release.v1",
    data={"order": "${order}", "text": "Order released"},
    truth=Truth(
        playbook="planning/order_release",
        cause="blocked",
        right="The order is held on the shop floor and the planner is told",
        settle=Settle.ASK,
    ),
    watch=(looking.order,),
)

"""Released in the office, unknown to the line.

The planner has released an order. The message to the shop floor arrived, the release in it did not
take: the MES keeps the order as created and nobody can start it. Material, machines and people are
there.

It may go to the shop floor, if the planner agrees: a release cannot be taken back.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import last_released
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """The order that is due last of those released on both sides."""
    return {"plant": "1010", "order": last_released(world, "1010").number}


SCENARIO = Scenario(
    plant="1010",
    title="The ERP released an order, the shop floor has not",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "order_status", "order": "${order}", "side": "mes", "status": "created"},
    ),
    type="concord.order.release.v1",
    data={"order": "${order}", "text": "Order released"},
    truth=Truth(
        playbook="planning/order_release",
        cause="feasible",
        right="The planner agrees, and the order is released to the shop floor",
        settle=Settle.ASK,
    ),
    watch=(looking.order,),
)

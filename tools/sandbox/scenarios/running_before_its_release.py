"""Running on the floor, created in the ERP.

A rush order was started in the plant from a printout. In the ERP it still waits for its release
because a component was missing on paper; the component is there. The MES says in progress and
nothing of it can be posted.

The floor is a fact. The ERP's release has to follow, if the planner agrees.
"""

from __future__ import annotations

from tools.objects.order import OrderStatus
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import order_with
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order in work on both sides."""
    order = order_with(world, "1710", mes=OrderStatus.RELEASED, erp="Released")
    return {"plant": "1710", "order": order.number}


SCENARIO = Scenario(
    plant="1710",
    title="The MES works on an order the ERP has not released",
    picks=picks,
    changes=(
        {"do": "order_status", "order": "${order}", "side": "mes", "status": "in_progress"},
        {"do": "order_status", "order": "${order}", "side": "erp", "status": "created"},
    ),
    type="concord.order.status.v1",
    data={
        "order": "${order}",
        "text": "Order status differs",
    },
    truth=Truth(
        playbook="production/order_status",
        cause="erp_not_released",
        right="The planner is asked; then the order is released in the ERP",
        settle=Settle.ASK,
    ),
    watch=(looking.order,),
)

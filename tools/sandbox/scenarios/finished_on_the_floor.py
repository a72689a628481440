"""Finished on the shop floor, half done in the ERP.

The supervisor closed the order in the MES at the end of the shift: what could be made was made.
The last confirmations were sent without the mark that says final, so the ERP keeps the order
partially confirmed, plans its rest for next week and holds its components.

The MES is right about execution. The ERP's order has to be brought to its end.
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
    order = order_with(
        world, "1010", mes=OrderStatus.IN_PROGRESS, erp="PartiallyConfirmed", position=2
    )
    return {"plant": "1010", "order": order.number}


SCENARIO = Scenario(
    plant="1010",
    title="The MES says finished, the ERP says partially confirmed",
    picks=picks,
    changes=(
        {"do": "order_status", "order": "${order}", "side": "mes", "status": "confirmed"},
        {
            "do": "note",
            "order": "${order}",
            "text": "Rest nicht mehr machbar, Auftrag abgeschlossen",
        },
    ),
    type="concord.order.status.v1",
    data={
        "order": "${order}",
        "text": "Order status differs",
    },
    truth=Truth(
        playbook="production/order_status",
        cause="erp_behind",
        right="The order is technically completed in the ERP",
        settle=Settle.ASK,
    ),
    watch=(looking.order,),
)

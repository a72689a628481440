"""The office completed an order that still ran.

To clear the month-end list, somebody technically completed every order that looked finished. This
one had a lot on the line. Its confirmation is refused; the MES says in progress, the ERP says
completed.

The lot is real. Whether the completion is taken back is the planner's to say.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work."""
    return run(world, "1010", position=5).names


SCENARIO = Scenario(
    plant="1010",
    title="A confirmation refused for an order that was completed",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "order_status",
            "order": "${order}",
            "side": "erp",
            "status": "technically_completed",
        },
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "state": "refused",
        },
    ),
    type="concord.posting.rejected.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "message": "${report.message}",
        "message_class": "${report.message_class}",
        "message_number": "${report.message_number}",
        "text": "${report.text}",
    },
    truth=Truth(
        playbook="production/posting_rejected",
        cause="order_status",
        right="The planner is asked to take the completion back, then the message is sent again",
        settle=Settle.ASK,
    ),
    watch=(
        looking.order,
        looking.operation,
        looking.message(),
    ),
)

"""The planner had the order open when the message came.

A lot was confirmed while the planner was changing dates in the same order. The ERP refused the
message because the order was being processed. The planner has long left the order; the message is
still where it was.

Nothing is wrong but the moment. The message is to be sent again, as it is.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work."""
    return run(world, "1710", position=1).names


SCENARIO = Scenario(
    plant="1710",
    title="A message refused because the order was being processed",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "order_lock", "order": "${order}", "seconds": 600},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "state": "refused",
        },
        {"do": "order_lock", "order": "${order}", "seconds": 0},
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
        cause="transient",
        right="The message is sent again and goes through",
        settle=Settle.ACT,
    ),
    watch=(
        looking.operation,
        looking.confirmation(),
        looking.message(),
    ),
)

"""A zero was lost when a message was keyed in again.

A confirmation hung in the error queue because of a failed movement. The interface colleague
cancelled what was in the ERP and entered the message's content again by hand, under its own key;
sixty became six. Since then the ERP has a tenth of what the shop floor made.

True is the shop floor's sixty. That the ratio is exactly ten says that somebody's finger slipped;
whose, the numbers do not say, since both fit the order. A person decides, then the wrong one is
cancelled and posted anew.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order of which sixty can still be made."""
    return run(world, "1710", at_least=80).names


SCENARIO = Scenario(
    plant="1710",
    title="The ERP has a tenth of the yield the shop floor reported",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": 60,
            "minutes_ago": 90,
        },
        {"do": "erp_cancellation", "confirmation": "${report.erp}", "minutes_ago": 30},
        {
            "do": "erp_confirmation",
            "as": "typed",
            "order": "${order}",
            "operation": "${operation}",
            "yielded": 6,
            "reference": "${report.reference}",
            "minutes_ago": 20,
        },
    ),
    type="concord.confirmation.quantity.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "text": "Confirmed yield differs between MES and ERP",
    },
    truth=Truth(
        playbook="production/confirmation_quantity",
        cause="entered_wrong",
        right="Somebody says which is right; then the wrong one is cancelled and posted anew",
        settle=Settle.ASK,
    ),
    watch=(
        looking.operation,
        looking.confirmation(),
    ),
)

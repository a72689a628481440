"""The ERP is behind by one message.

A lot was confirmed a moment ago; its message is in the queue. The nightly comparison ran in just
that moment and saw a difference between MES and ERP.

There is no conflict, there is a queue. When the message is through, both sides agree. Whoever
posts the quantity now posts it twice.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work."""
    return run(world, "1710", position=2).names


SCENARIO = Scenario(
    plant="1710",
    title="The MES is a lot ahead of the ERP",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "minutes_ago": 0,
            "state": "pending",
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
        cause="not_a_conflict",
        right="Nothing is posted; the message that is on its way makes both sides agree",
        settle=Settle.NOTHING,
    ),
    watch=(looking.operation, looking.confirmation(), looking.message()),
)

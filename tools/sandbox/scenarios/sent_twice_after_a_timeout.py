"""One lot, confirmed twice in the ERP.

The ERP was slow at shift change. The interface gave up waiting, sent the confirmation once more,
and both went through. They carry the same external key, the same operation, the same quantities;
the component stock went down twice as well.

The MES has one report. True is one lot. The second confirmation is to be cancelled, which also
brings its components back; nothing here is a matter of opinion.
"""

from __future__ import annotations

from tools.objects.quantity import plain
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work with room for the lot twice."""
    found = run(world, "1010", at_least=12)
    lot = (found.left.amount / 3).to_integral_value()
    return found.names | {"lot": plain(lot)}


SCENARIO = Scenario(
    plant="1010",
    title="The ERP has twice the yield the shop floor reported",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "minutes_ago": 35,
        },
        {
            "do": "erp_confirmation",
            "as": "again",
            "order": "${order}",
            "operation": "${operation}",
            "yielded": "${lot}",
            "reference": "${report.reference}",
            "minutes_ago": 33,
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
        cause="posted_twice",
        right="The second confirmation is cancelled in the ERP, with its goods issues",
        settle=Settle.ACT,
    ),
    watch=(
        looking.operation,
        looking.confirmation(),
        looking.component,
    ),
)

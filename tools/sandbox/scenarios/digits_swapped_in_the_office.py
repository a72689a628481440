"""The office confirmed by hand and swapped two digits.

The lot came through the interface. Then accounting cancelled the ERP's confirmation to clear a
failed movement, and a clerk entered it again from the paper slip, with the digits the wrong way
round. The MES still has the right number; the ERP now has less.

The plant says that the MES is right about quantities made. The clerk's confirmation is to be
cancelled and the shop floor's quantity posted anew; whether a person looks first depends on what
the plant allows, for which number is the slip only ownership can tell.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order of which fifty-four pieces can still be made."""
    return run(world, "1710", at_least=60).names | {"made": "54", "typed": "45"}


SCENARIO = Scenario(
    plant="1710",
    title="The ERP has less yield than the shop floor reported",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${made}",
            "minutes_ago": 90,
            "state": "posted",
        },
        {"do": "erp_cancellation", "confirmation": "${report.erp}", "minutes_ago": 30},
        {
            "do": "erp_confirmation",
            "as": "clerk",
            "order": "${order}",
            "operation": "${operation}",
            "yielded": "${typed}",
            "note": "per slip",
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
        right="The clerk's confirmation is cancelled, the shop floor's quantity posted anew",
        settle=Settle.ASK,
    ),
    watch=(looking.operation, looking.confirmation()),
)

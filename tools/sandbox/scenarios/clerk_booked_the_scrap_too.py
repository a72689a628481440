"""The scrap is in the books twice: once from the shop floor, once from the office.

The foreman called the office about three bad pieces, and a clerk booked them as scrap in the ERP
at once. The shop floor's own confirmation of the lot, with good pieces and the same scrap, came
through the interface half an hour later as it always does.

The MES has the scrap once and a scrap report for it; the ERP has it twice. True is the shop
floor's number. The clerk's confirmation has to be cancelled, once a person has read what he wrote.
"""

from __future__ import annotations

from tools.objects.quantity import plain
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work; three pieces of the lot are bad."""
    found = run(world, "1010")
    return found.names | {"good": plain(found.lot.amount - 3)}


SCENARIO = Scenario(
    plant="1010",
    title="More scrap in the ERP than on the shop floor",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "erp_scrap",
            "as": "clerk",
            "order": "${order}",
            "operation": "${operation}",
            "quantity": 3,
            "note": "lt. Anruf Meister",
            "minutes_ago": 40,
        },
        {"do": "scrap_report", "order": "${order}", "quantity": 3, "operation": "${operation}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${good}",
            "scrapped": 3,
            "state": "posted",
        },
    ),
    type="concord.confirmation.quantity.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "text": "Confirmed scrap differs between MES and ERP",
    },
    truth=Truth(
        playbook="production/confirmation_quantity",
        cause="scrap_posted_in_erp",
        right="The clerk's scrap confirmation is cancelled in the ERP, the lot stands as reported",
        settle=Settle.ASK,
    ),
    watch=(looking.operation, looking.confirmation()),
)

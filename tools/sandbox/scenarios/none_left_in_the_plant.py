"""There is none left, says the ERP, and the line goes on building.

The ERP shows three pieces of a component in the whole plant. The line counts a rack full, and
reports another lot built with it. Either a delivery was never received in the books, or the line
counts something else.

No place in the books holds what was used. Booking stock that no document brought would make the
books fit and hide the cause: somebody has to count.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with a component that is counted in pieces and has no batches."""
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(5)), position=3).names


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue refused, nothing is left anywhere",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "erp_stock", "material": "${component}", "quantity": 3, "only": True},
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${component}",
            "quantity": "${share}",
            "note": "Regal voll, SAP zeigt nichts",
            "state": "refused",
        },
    ),
    type="concord.stock.deficit.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "document": "${issue.document}",
        "message": "${issue.message}",
        "text": "${issue.text}",
    },
    truth=Truth(
        playbook="materials/stock_deficit",
        cause="nowhere_in_plant",
        right="A count is asked for; nothing is booked before",
        settle=Settle.ASK,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
    ),
)

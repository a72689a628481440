"""The next batch was opened, the old one reported.

The drum of the planned batch was empty. The operator opened the next one and left the batch on
the terminal as it was. The ERP has nothing left of the batch he reports, and plenty of the one
that stands open.

Which batch went into the product decides what is recalled if it ever is bad. Nobody but a person
who looked at the drum may say so.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with an ingredient kept in batches."""
    return run(world, "1710", Wanted(batches=True, whole=Decimal(10)), position=1).names


SCENARIO = Scenario(
    plant="1710",
    title="A goods issue refused for its batch",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "erp_stock",
            "material": "${component}",
            "location": "1002",
            "batch": "B777001",
            "quantity": 3000,
            "only": True,
        },
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${component}",
            "quantity": "${share}",
            "note": "drum changed",
            "state": "refused",
        },
    ),
    type="concord.stock.deficit.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "batch": "${batch}",
        "document": "${issue.document}",
        "message": "${issue.message}",
        "text": "${issue.text}",
    },
    truth=Truth(
        playbook="materials/stock_deficit",
        cause="wrong_batch",
        right="Somebody says which batch was used; until then nothing is issued",
        settle=Settle.ASK,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
    ),
)

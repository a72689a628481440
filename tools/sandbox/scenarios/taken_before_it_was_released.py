"""Taken before quality had released it.

All that is left of a component was put back into inspection this morning because the last lot was
out of dimension. The line had some of it in the rack and built it in. The ERP refuses the issue:
in unrestricted use there is none.

The parts are in the product already. Whether they may stay there is a matter for quality, before
it is one for the books.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with a component that has no batches."""
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(5)), position=2).names


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue refused, the stock is in inspection",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "erp_stock", "material": "${component}", "quantity": 2000, "only": True},
        {"do": "quality_stock", "material": "${component}", "text": "Mass ausserhalb Toleranz"},
        {
            "do": "inspection_lot",
            "as": "lot",
            "material": "${component}",
            "quantity": 2000,
            "results": [
                {"characteristic": "Diameter", "unit": "MM", "lower": "9.8", "upper": "10.2"},
            ],
        },
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${component}",
            "quantity": "${share}",
            "state": "refused",
        },
    ),
    type="concord.posting.rejected.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "document": "${issue.document}",
        "message": "${issue.message}",
        "message_class": "${issue.message_class}",
        "message_number": "${issue.message_number}",
        "text": "${issue.text}",
    },
    truth=Truth(
        playbook="materials/stock_deficit",
        cause="quality_hold",
        right="Quality decides about the parts that were built in; nothing is issued before",
        settle=Settle.ASK,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
    ),
)

"""Somebody took the component straight from the store.

The line had none left, so the operator walked over to the store, took what he needed for the lot
and reported it from the line, because the terminal offers nothing else. The line counts nothing
any more; the ERP has plenty in the store and nothing at the line.

True is that it came from the store. A transfer and the issue would set the books right; but that
he really took it there is only likely, so somebody says yes first.
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
    return run(world, "1710", Wanted(batches=True, whole=Decimal(10))).names


SCENARIO = Scenario(
    plant="1710",
    title="A goods issue refused, the material lies elsewhere",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "erp_stock",
            "material": "${component}",
            "location": "1001",
            "batch": "${batch}",
            "quantity": 9000,
            "only": True,
        },
        {
            "do": "mes_stock",
            "material": "${component}",
            "location": "1002",
            "batch": "${batch}",
            "quantity": "${share}",
            "only": True,
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
        cause="wrong_location",
        right="After a yes, the stock is transferred to the line and the issue sent again",
        settle=Settle.ASK,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
    ),
)

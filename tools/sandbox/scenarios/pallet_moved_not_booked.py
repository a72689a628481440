"""A pallet stands at the line that the ERP still has in the store.

The line ran dry in the night and a forklift driver brought a pallet from the store; the terminal
was off, so nobody booked the transfer. In the MES the line counted the pallet in. When the
operator reported the components as taken, the ERP refused: nothing is there.

The store has enough in the books, and the line counts what the books lack. The transfer is to be
booked, then the issue let through; nothing but the missing booking explains it.
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
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(10))).names


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue refused although the line has the material",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "erp_stock", "material": "${component}", "quantity": 0, "only": True},
        {"do": "erp_stock", "material": "${component}", "location": "0001", "quantity": 4000},
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
        cause="transfer_not_booked",
        right="The transfer from the store is booked for what is short, and the issue sent again",
        settle=Settle.ACT,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
    ),
)

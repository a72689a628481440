"""The rack does not match the books.

The weekly count at the line found thirty pieces fewer than the ERP shows. Last night's lots were
all confirmed as planned. A note in the shift book speaks of a tipped box, but names no number.

Thirty pieces are missing. Whether they were scrapped, mislaid or built in, somebody has to find
out before an adjustment is posted with a reason.
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
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(5))).names


SCENARIO = Scenario(
    plant="1010",
    title="The line counts less than the ERP shows",
    picks=picks,
    changes=(
        {"do": "erp_stock", "material": "${component}", "quantity": 640},
        {"do": "mes_stock", "material": "${component}", "quantity": 610},
        {"do": "note", "order": "${order}", "text": "Kiste umgekippt, teils aussortiert"},
    ),
    type="concord.inventory.variance.v1",
    data={
        "material": "${component}",
        "location": "${location}",
        "text": "Count differs from book stock",
    },
    truth=Truth(
        playbook="materials/inventory_variance",
        cause="unrecorded_scrap",
        right="A recount and a supervisor's word, then an adjustment with its reason",
        settle=Settle.ASK,
    ),
    watch=(looking.stock(),),
)

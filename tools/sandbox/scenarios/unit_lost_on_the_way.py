"""The unit was lost on the way.

A carton of seats went into an order, the operator scanned one carton. The interface forwarded the
number without its unit, and the ERP took it in the unit it keeps seats in: one piece.

The ERP's document carries the mark of the report and the same number, in another unit; both sides
keep the same factor. What was reported is what was taken.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with room for a tenth of a carton of something, which pieces would never fill."""
    found = run(world, "1010", Wanted(packed_in="KAR"))
    kept = world.s4.conversions[found.component.material].alternatives
    carton = next(one for one in kept if one.unit == "KAR")
    taken = found.share.amount * carton.denominator / carton.numerator
    return found.names | {"cartons": str(taken.normalize())}


SCENARIO = Scenario(
    plant="1010",
    title="Part of a carton arrives in the ERP as part of a piece",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${component}",
            "quantity": "${cartons}",
            "unit": "KAR",
            "arrives_as": {"quantity": "${cartons}", "unit": "${unit}"},
        },
    ),
    type="concord.unit.mismatch.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "document": "${issue.document}",
        "text": "Withdrawn quantity differs between MES and ERP",
    },
    truth=Truth(
        playbook="materials/unit_of_measure",
        cause="wrong_unit",
        right="The ERP's document is cancelled and posted with what was reported",
        settle=Settle.ACT,
    ),
    watch=(
        looking.master(),
        looking.component,
        looking.issue(),
        looking.stock(),
    ),
)

"""A defect is logged, and the batch can still be used.

The lab found specks in an ingredient, logged a critical defect in the MES and put the batch on
hold there. The ERP was not told: the batch is in unrestricted use, and planning reckons with it
for two orders tomorrow.

The batch must not be used anywhere. It has to be blocked in the ERP as well, with a quality
notification; what becomes of the product already made with it, quality says.
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
    return run(world, "1710", Wanted(batches=True, whole=Decimal(2)), position=2).names


SCENARIO = Scenario(
    plant="1710",
    title="A batch on hold in the MES is free in the ERP",
    picks=picks,
    changes=(
        {
            "do": "nonconformance",
            "as": "defect",
            "order": "${order}",
            "material": "${component}",
            "batch": "${batch}",
            "code": "SURF",
            "quantity": "${share}",
            "severity": "critical",
            "note": "black specks in sample 2 and 3",
        },
        {
            "do": "mes_hold",
            "as": "hold",
            "kind": "batch",
            "object": "${batch}",
            "material": "${component}",
            "reason": "Critical defect, see lab",
        },
    ),
    type="concord.nonconformance.logged.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "batch": "${batch}",
        "nonconformance": "${defect.nonconformance}",
        "hold": "${hold.hold}",
        "text": "Critical defect logged",
    },
    truth=Truth(
        playbook="quality/nonconformance",
        cause="block_missing",
        right="The batch is blocked in the ERP and a quality notification raised",
        settle=Settle.ASK,
    ),
    watch=(
        looking.defect(),
        looking.holds(),
        looking.stock(),
    ),
)

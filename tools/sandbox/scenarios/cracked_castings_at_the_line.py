"""Cracked castings at the line, which the ERP still reckons with.

The operator found cracks, logged a critical defect and had the material put on hold in the MES.
These castings have no batches. The ERP was not told: all of them are in unrestricted use.

Only what was logged is known to be bad, and has to be blocked in the ERP. Whether the rest may be
used, quality says.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order that takes whole pieces without batches."""
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(2))).names


SCENARIO = Scenario(
    plant="1010",
    title="Bad parts on hold in the MES are free in the ERP",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "nonconformance",
            "as": "defect",
            "order": "${order}",
            "material": "${component}",
            "code": "SURF",
            "quantity": "2",
            "severity": "critical",
            "note": "Riss am Flansch",
        },
        {
            "do": "mes_hold",
            "as": "hold",
            "kind": "material",
            "object": "${component}",
            "reason": "Critical defect, see lab",
        },
    ),
    type="concord.nonconformance.logged.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "nonconformance": "${defect.nonconformance}",
        "hold": "${hold.hold}",
        "text": "Critical defect logged",
    },
    truth=Truth(
        playbook="quality/nonconformance",
        cause="block_missing",
        right="What was logged is blocked in the ERP, and quality told",
        settle=Settle.ACT,
    ),
    watch=(
        looking.defect(),
        looking.holds(),
        looking.stock(),
    ),
)

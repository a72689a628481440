"""The label still has the old number.

A pallet from the old warehouse carries the label from before the migration. The operator scanned it;
the MES knows both numbers, the ERP only the new one, and refuses the issue: no such material.

The ERP keeps the old number with exactly one material. The issue is meant for that one.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order for a body, whose casting had another number once."""
    for position in range(40):
        found = run(world, "1010", position=position)
        old = world.s4.products[(found.component.material,)]["ProductOldID"]
        if old:
            return found.names | {"old": old}
    raise Impossible("no order in work takes a material that had another number")


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue names a material the ERP does not have",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "material",
            "material": "${old}",
            "side": "mes",
            "copy_of": "${component}",
        },
        {
            "do": "message_refused",
            "as": "refused",
            "order": "${order}",
            "class": "ZSBX",
            "number": "030",
            "text": "Material ${old} does not exist",
            "type": "ERP_GOODS_MOVEMENT",
        },
    ),
    type="concord.masterdata.missing.v1",
    data={
        "order": "${order}",
        "material": "${old}",
        "message": "${refused.message}",
        "message_class": "ZSBX",
        "message_number": "030",
        "text": "Material ${old} does not exist",
    },
    truth=Truth(
        playbook="masterdata/gap",
        cause="old_number",
        right="The issue is reported anew with the material's present number",
        settle=Settle.ACT,
    ),
    watch=(
        looking.master("old"),
        looking.master(),
        looking.message("refused"),
    ),
)

"""The label still has the old number.

A pallet from the old warehouse carries the label from before the migration. The operator scanned
it; the MES knows both numbers, the ERP only the new one, and refuses the issue: no such material.

The ERP keeps the old number with exactly one material. The issue is meant for that one.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, old_number_of, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order for a body, whose casting had another number once."""
    found = run(world, "1010", Wanted(old_number=True))
    return found.names | {"old": old_number_of(world, found)}


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
            "do": "mes_stock",
            "plant": "1010",
            "material": "${old}",
            "batch": "${batch}",
            "quantity": "${share}",
        },
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${old}",
            "quantity": "${share}",
            "batch": "${batch}",
            "state": "refused",
        },
    ),
    type="concord.masterdata.missing.v1",
    data={
        "order": "${order}",
        "material": "${old}",
        "message": "${issue.message}",
        "document": "${issue.document}",
        "message_class": "${issue.message_class}",
        "message_number": "${issue.message_number}",
        "text": "${issue.text}",
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
        looking.message("issue"),
        looking.issue(),
    ),
)

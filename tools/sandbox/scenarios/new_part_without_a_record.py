"""The new part came before its record.

Development sent the first box of a new casting to the line and gave the MES a number for it, so
that work could begin. Nobody told the people who keep the ERP's master data.

Nothing in the ERP is near to the number, and the order takes nothing like it. It is no slip and no
old number: somebody has to create it, and to say whether the order may take it.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order that takes parts without batches; the new part resembles a gearbox."""
    return run(world, "1010", Wanted(unit="ST", batches=False)).names | {"new": "V-88120"}


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue names a part nobody has created",
    picks=picks,
    changes=(
        {"do": "material", "material": "${new}", "side": "mes", "copy_of": "RM-GEAR"},
        {
            "do": "mes_stock",
            "plant": "1010",
            "material": "${new}",
            "location": "${location}",
            "quantity": "${share}",
        },
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${new}",
            "quantity": "${share}",
            "location": "${location}",
            "state": "refused",
        },
    ),
    type="concord.masterdata.missing.v1",
    data={
        "order": "${order}",
        "material": "${new}",
        "message": "${issue.message}",
        "document": "${issue.document}",
        "message_class": "${issue.message_class}",
        "message_number": "${issue.message_number}",
        "text": "${issue.text}",
    },
    truth=Truth(
        playbook="masterdata/gap",
        cause="not_created",
        right="The record is asked for with every field it takes; nothing is booked on another",
        settle=Settle.ASK,
    ),
    watch=(
        looking.master("new"),
        looking.message("issue"),
        looking.issue(),
    ),
)

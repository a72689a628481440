"""The ERP does not know which account takes the issue.

A component was issued to an order, and the ERP answered that account determination is not
possible: its valuation class was changed last week, and nobody entered the account for it.

It is no matter of stock, quantity or date, and sending it again changes nothing. Whoever keeps
the settings has to enter the account; the question goes to them with message and material filled
in.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work."""
    return run(world, "1010", position=4).names


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue refused for want of an account",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${component}",
            "quantity": "${share}",
            "refusal": {
                "class": "M8",
                "number": "147",
                "text": "Account determination for entry INT GBB 1010 VBR 7920 not possible",
            },
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
        playbook="production/posting_rejected",
        cause="account_determination",
        right="Whoever keeps the settings is asked to assign the account, then it is sent again",
        settle=Settle.ASK,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
    ),
)

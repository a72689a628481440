"""The storeman was faster than the signal.

An issue was refused because the transfer to the line was missing. The storeman saw it on his own
list, booked the transfer and sent the message again; it went through. The signal about the
refusal arrived after that.

There is no conflict any more. Moving stock again, or sending the message again, would do harm.
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
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(5)), position=4).names


SCENARIO = Scenario(
    plant="1010",
    title="A goods issue that was refused, and then was not",
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
            "minutes_ago": 50,
            "state": "refused",
        },
        {
            "do": "erp_movement",
            "type": "311",
            "material": "${component}",
            "quantity": 1000,
            "location": "0001",
            "to_location": "${location}",
            "text": "Nachgebucht Lager",
        },
        {
            "do": "message_sent_again",
            "as": "again",
            "order": "${order}",
            "message": "${issue.message}",
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
        cause="not_a_conflict",
        right="Nothing is booked and nothing sent",
        settle=Settle.NOTHING,
    ),
    watch=(
        looking.issue(),
        looking.message("issue"),
        looking.stock(),
        looking.component,
    ),
)

"""Yesterday's lot, refused because the period moved on.

The interface was down overnight. When it came back, the ERP refused yesterday's confirmation:
finance had opened the new period this morning and closed the one before.

The lot was made yesterday, and the books say that yesterday is over. Posting it with today's date
is possible and changes whose month it counts for; that is a controller's decision, never
Concord's.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work."""
    return run(world, "1010", position=3).names


SCENARIO = Scenario(
    plant="1010",
    title="A confirmation of yesterday is refused",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "posting_period", "plant": "1010", "opens_in_days": 0, "closes_in_days": 30},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "minutes_ago": 1500,
            "state": "refused",
        },
    ),
    type="concord.posting.rejected.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "message": "${report.message}",
        "message_class": "${report.message_class}",
        "message_number": "${report.message_number}",
        "text": "${report.text}",
    },
    truth=Truth(
        playbook="production/posting_rejected",
        cause="period_closed",
        right="A controller decides whether the lot is posted with today's date",
        settle=Settle.ASK,
    ),
    watch=(
        looking.period,
        looking.confirmation(),
        looking.message(),
    ),
)

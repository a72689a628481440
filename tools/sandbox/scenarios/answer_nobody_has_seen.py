"""An answer nobody has seen before.

Since the last transport the ERP refuses some confirmations with a message of a customer's own
class. Its text is in abbreviations; the colleague who wrote the check is on holiday.

Nobody knows what it means, and guessing would post something that somebody wanted stopped. It
goes to a person, with everything that was read.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """Any order in work."""
    return run(world, "1710", position=3).names


SCENARIO = Scenario(
    plant="1710",
    title="A confirmation refused with an unknown message",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "refusal": {"class": "ZCUST", "number": "417", "text": "CHK LOT/RLS: KZ 3 n. zul."},
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
        cause="unknown_message",
        right="A person reads the message; nothing is sent again before",
        settle=Settle.ASK,
    ),
    watch=(
        looking.order,
        looking.confirmation(),
        looking.message(),
    ),
)

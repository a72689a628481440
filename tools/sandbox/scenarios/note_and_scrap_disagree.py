"""The note says one thing, the scrap report another, the numbers a third.

A confirmation shows two fifths more of a component than planned. The note says that all went
well. A scrap report about the same component is there too, but for three pieces only, far from
enough. It may be setup, it may be a forgotten rack, it may be theft.

Nobody can know from here. What is true will only come out on the floor: hold the confirmation,
and give the supervisor what speaks for and against each cause.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order whose component is counted in pieces."""
    return run(world, "1010", Wanted(unit="ST", whole=Decimal(20)), position=2).names


SCENARIO = Scenario(
    plant="1010",
    title="A component far above plan, with evidence that contradicts itself",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "scrap_report",
            "order": "${order}",
            "material": "${component}",
            "quantity": 3,
            "reason": "S07",
            "note": "Grat",
        },
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [{"material": "${component}", "percent": 140}],
            "note": "alles i.O., keine Besonderheiten",
            "state": "held",
        },
    ),
    type="concord.confirmation.variance.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "material": "${component}",
        "text": "Component consumption outside tolerance, confirmation kept back",
    },
    truth=Truth(
        playbook="production/confirmation_variance",
        cause="unrecorded_scrap",
        right="The confirmation stays held and a supervisor looks; no cause is acted upon",
        settle=Settle.ASK,
    ),
    watch=(looking.confirmation(), looking.component, looking.stock()),
)

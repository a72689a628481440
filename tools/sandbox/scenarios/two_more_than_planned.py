"""A little more than planned, as on any day.

The MES warns at the slightest deviation, the plant tolerates five percent. A lot took two percent
more of a component, which is what falls under the bench. The terminal's warning became a signal.

There is no conflict: it lies within what the plant allows. Nothing is to be corrected and nobody
to be asked.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order that takes at least fifty pieces for a lot, so that two percent are whole ones."""
    return run(world, "1010", Wanted(unit="ST", whole=Decimal(50))).names


SCENARIO = Scenario(
    plant="1010",
    title="A component a trifle above plan",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [{"material": "${component}", "percent": 102}],
            "note": "alles i.O.",
            "state": "posted",
        },
    ),
    type="concord.confirmation.variance.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "material": "${component}",
        "text": "Consumption deviates from bill of material",
    },
    truth=Truth(
        playbook="production/confirmation_variance",
        cause="not_a_conflict",
        right="Nothing is changed, nobody is asked",
        settle=Settle.NOTHING,
    ),
    watch=(looking.confirmation(), looking.component),
)

"""Ten times what was needed, and a note that admits it.

The terminal has no decimal key that works. The operator confirmed ten times the planned number of
a component, saw it, and wrote into the note what had happened, because the terminal does not let
him take a confirmation back. The interface kept it back.

True is the planned number. That the ratio is exactly ten hints at it, his note says it; a slip of
the finger has no other proof, so a supervisor confirms before it is reported anew.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order whose component is counted in pieces and comes in no cartons of ten."""
    return run(world, "1010", Wanted(unit="ST", batches=False, whole=Decimal(5)), position=1).names


SCENARIO = Scenario(
    plant="1010",
    title="Ten times the planned number of a component",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}", "times": 12},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [{"material": "${component}", "percent": 1000}],
            "note": "Menge vertippt, eine Null zu viel, Terminal laesst kein Storno zu",
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
        cause="entry_error",
        right="A supervisor confirms the slip; the confirmation is reported anew with a tenth",
        settle=Settle.ASK,
    ),
    watch=(looking.confirmation(), looking.component),
)

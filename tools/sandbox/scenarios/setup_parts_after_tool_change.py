"""Start-up parts after a tool change.

The tool broke in the night, the early shift set the machine up anew and ran a few pieces until
the dimension was right. Those pieces ate components nobody planned. The operator reports what he
really took, a fifth more than the bill of material allows, and writes why. The interface keeps
the confirmation back because it is outside the tolerance; the ERP knows nothing of it yet.

True is what the operator writes: material was lost while setting up. His note is all there is to
say so, therefore a supervisor should confirm it, and the confirmation be posted with the reason.
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
    return run(world, "1010", Wanted(unit="ST", whole=Decimal(10))).names


SCENARIO = Scenario(
    plant="1010",
    title="More of a component used than planned, after a tool change",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [{"material": "${component}", "percent": 120}],
            "note": "Werkzeugbruch Nachtschicht, neu eingerichtet, Anfahrteile nicht verwendbar",
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
        cause="setup_waste",
        right="The confirmation is posted as reported, with setup waste as the variance reason",
        settle=Settle.ASK,
    ),
    watch=(looking.confirmation(), looking.component, looking.stock()),
)

"""Grease typed in grams where the terminal counts kilograms.

The bill of material measures valve grease in grams, the terminal at the line asks for kilograms.
The operator typed the figure from the work instruction and left the unit as it was: a thousand
times what the valves can hold. The line still counts drums enough, so the MES took it; the
interface kept the confirmation back.

True is the figure, false is the unit. The factor between gram and kilogram is physics and fits to
the gram, nothing else explains a thousandfold. The facts alone decide: report it anew in grams.
"""

from __future__ import annotations

from decimal import Decimal

from tools.objects.quantity import plain
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order that takes something kept in kilograms, measured by the bill in grams."""
    found = run(world, "1010", Wanted(unit="KG", measured_in="G", whole=Decimal("0.01")))
    typed = found.share.amount * 1000
    return found.names | {"typed": plain(typed), "counted": plain(typed * 2)}


SCENARIO = Scenario(
    plant="1010",
    title="A thousand times the grease a lot can take",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_stock",
            "material": "${component}",
            "location": "${location}",
            "batch": "${batch}",
            "quantity": "${counted}",
        },
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [{"material": "${component}", "quantity": "${typed}"}],
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
        cause="wrong_unit",
        right="The confirmation is withdrawn and reported anew with the same figure in grams",
        settle=Settle.ACT,
    ),
    watch=(looking.confirmation(), looking.component, looking.stock()),
)

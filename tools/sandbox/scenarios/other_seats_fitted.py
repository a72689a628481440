"""The approved alternative went in, the planned component did not.

The rack with the planned component was empty, so assembly took the alternative the bill of
material approves for it, piece for piece. The operator reported exactly that: none of the one,
the full number of the other. To the tolerance check it looks like a component missing altogether.

True is what was reported. The bill of material names the substitute and the number fits, so the
facts alone decide: post it as it is, with substitution as the reason.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, alternative_of, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with a component for which the bill of material approves another."""
    found = run(world, "1010", Wanted(alternative=True))
    return found.names | {"alternative": alternative_of(world, found)}


SCENARIO = Scenario(
    plant="1010",
    title="None of one component used, all of another",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "erp_stock", "material": "${alternative}", "quantity": 5000},
        {"do": "mes_stock", "material": "${alternative}", "quantity": 5000},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [
                {"material": "${component}", "quantity": 0},
                {"material": "${alternative}", "percent": 100, "instead_of": "${component}"},
            ],
            "state": "held",
        },
    ),
    type="concord.confirmation.variance.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "material": "${component}",
        "text": "Component not consumed, confirmation kept back",
    },
    truth=Truth(
        playbook="production/confirmation_variance",
        cause="substituted",
        right="The confirmation is posted as reported, with substitution as the variance reason",
        settle=Settle.ACT,
    ),
    watch=(looking.confirmation(), looking.stock(), looking.stock("alternative")),
)

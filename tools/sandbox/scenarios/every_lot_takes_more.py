"""Every lot of this order takes a quarter more than planned.

Three confirmations of the same operation are in the books already, each with a quarter more of
one component than the bill of material says; all were let through by hand. Now comes the fourth,
just the same, and this time the interface keeps it back. Nobody writes anything.

True is that the recipe was never adapted when the supplier changed the concentration: the bill of
material is wrong. Concord must not touch a bill of material; engineering has to be asked.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tools.objects.quantity import plain
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with enough left for four lots."""
    found = run(world, "1710", Wanted(unit="KG", whole=Decimal(20)), at_least=80, position=1)
    lot = (found.left.amount / 8).to_integral_value()
    return found.names | {"lot": plain(lot)}


def _lot(state: str, minutes_ago: int, called: str) -> dict[str, Any]:
    return {
        "do": "mes_confirmation",
        "as": called,
        "order": "${order}",
        "yielded": "${lot}",
        "uses": [{"material": "${component}", "percent": 125}],
        "minutes_ago": minutes_ago,
        "state": state,
    }


SCENARIO = Scenario(
    plant="1710",
    title="A component above plan, as in every lot before",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}", "times": 4},
        _lot("posted", 420, "first"),
        _lot("posted", 300, "second"),
        _lot("posted", 180, "third"),
        _lot("held", 10, "report"),
    ),
    type="concord.confirmation.variance.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "material": "${component}",
        "text": "Consumption above recipe",
    },
    truth=Truth(
        playbook="production/confirmation_variance",
        cause="bom_wrong",
        right="Engineering is asked about the bill of material; nothing is corrected here",
        settle=Settle.ASK,
    ),
    watch=(looking.confirmation(), looking.component, looking.operation),
)

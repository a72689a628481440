"""A bag burst at the hopper, and nobody wrote a scrap report.

Dispensing a batch of coating, a bag tore and part of it went to the floor. The operator dosed the
batch correctly from another bag and confirmed what left the store, which is more than the recipe
allows. He mentions the bag in the note; a scrap report was never written.

True is that the surplus was scrapped. Only the note says so. Somebody should look at the floor,
or ask him, before the loss is booked.
"""

from __future__ import annotations

from decimal import Decimal

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order that takes something kept in batches by weight."""
    return run(world, "1710", Wanted(unit="KG", batches=True, whole=Decimal(20))).names


SCENARIO = Scenario(
    plant="1710",
    title="More of an ingredient dispensed than the recipe allows",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${lot}",
            "uses": [{"material": "${component}", "percent": 112}],
            "note": "bag burst at hopper, spilled part of it, dosed ok from next one",
            "state": "held",
        },
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
        cause="unrecorded_scrap",
        right="A supervisor confirms the loss; the consumption is posted with scrap as the reason",
        settle=Settle.ASK,
    ),
    watch=(looking.confirmation(), looking.component, looking.stock()),
)

"""Drums of another size.

The supplier of a resin went from one size of drum to another. Purchasing maintained the new
factor in the ERP. The MES still multiplies with the old one, so every drum it counts is worth
more there than in the books.

The difference of the stocks is exactly the ratio of the two factors. The ERP owns the material
master; the MES's factor is the one that is out of date.
"""

from __future__ import annotations

from decimal import Decimal

from tools.objects.units import AlternativeUnit
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import Wanted, run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with a material that comes in drums."""
    found = run(world, "1710", Wanted(packed_in="FAS", whole=Decimal("0.5")))
    kept = world.s4.conversions[found.component.material].alternatives
    old = next(one for one in kept if one.unit == "FAS")
    return found.names | {"new": _nine_tenths(old)}


def _nine_tenths(drum: AlternativeUnit) -> str:
    return str((drum.numerator / drum.denominator * 9 / 10).normalize())


SCENARIO = Scenario(
    plant="1710",
    title="The same drum is worth more in the MES than in the ERP",
    picks=picks,
    changes=(
        {
            "do": "material",
            "material": "${component}",
            "side": "erp",
            "factor": {"unit": "FAS", "per": "${new}"},
        },
        {
            "do": "mes_goods_issue",
            "as": "issue",
            "order": "${order}",
            "material": "${component}",
            "quantity": 1,
            "unit": "FAS",
        },
    ),
    type="concord.unit.mismatch.v1",
    data={
        "order": "${order}",
        "material": "${component}",
        "document": "${issue.document}",
        "text": "Withdrawn quantity differs between MES and ERP",
    },
    truth=Truth(
        playbook="materials/unit_of_measure",
        cause="factor_differs",
        right="The MES's factor is brought in line with the ERP's, and the gap explained",
        settle=Settle.ASK,
    ),
    watch=(
        looking.master(),
        looking.component,
        looking.stock(),
    ),
)

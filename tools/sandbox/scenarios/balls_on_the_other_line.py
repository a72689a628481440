"""The balls stand on the other line.

Two lines share a rack. The late shift carried a box across and told nobody; each line counted what
it saw, and the ERP still has the box where it was.

Nothing is missing in sum. One place has too much by exactly what the other lacks, so the books
follow the box.
"""

from __future__ import annotations

from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """A part without batches that lies at two lines."""
    return {"plant": "1010", "component": "RM-BALL-32", "location": "0002", "other": "0005"}


def _stock(side: str, place: str, quantity: int) -> dict[str, object]:
    own = {"material": "${component}", "plant": "1010", "location": f"${{{place}}}"}
    return {"do": f"{side}_stock", **own, "quantity": quantity}


SCENARIO = Scenario(
    plant="1010",
    title="One line counts more, the other less than the ERP shows",
    picks=picks,
    changes=(
        _stock("erp", "location", 500),
        _stock("mes", "location", 560),
        _stock("erp", "other", 300),
        _stock("mes", "other", 240),
    ),
    type="concord.inventory.variance.v1",
    data={"material": "${component}", "location": "${location}"},
    truth=Truth(
        playbook="materials/inventory_variance",
        cause="wrong_location",
        right="The box is moved in the ERP from where it was to where it stands",
        settle=Settle.ACT,
    ),
    watch=(looking.stock(),),
)

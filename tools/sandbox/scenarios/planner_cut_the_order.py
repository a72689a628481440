"""The planner cut the order while the shop floor was finishing it.

Sales lost a customer, so the planner reduced the order in the ERP to what had been confirmed
until then and a little more. The shop floor was not told and made the lot it had begun. Its
confirmation is refused: the ERP will not take that much.

The pieces exist. Whether the order is raised again or the pieces go to stock some other way is
the planner's to decide; Concord puts the question and holds the confirmation.
"""

from __future__ import annotations

from tools.objects.quantity import plain
from tools.sandbox.changes.change import Names
from tools.sandbox.scenarios import looking
from tools.sandbox.scenarios.picking import run
from tools.sandbox.scenarios.scenario import Scenario, Settle, Truth
from tools.sandbox.world import World


def picks(world: World) -> Names:
    """An order with much left; it is cut to a quarter of that."""
    found = run(world, "1010", at_least=40)
    rest = (found.left.amount / 4).to_integral_value()
    return found.names | {"cut": plain(found.operation.yielded.amount + rest)}


SCENARIO = Scenario(
    plant="1010",
    title="The ERP refuses a lot the shop floor has made",
    picks=picks,
    changes=(
        {"do": "supply", "order": "${order}"},
        {"do": "order_quantity", "as": "planner", "order": "${order}", "quantity": "${cut}"},
        {
            "do": "mes_confirmation",
            "as": "report",
            "order": "${order}",
            "yielded": "${left}",
            "state": "refused",
        },
    ),
    type="concord.confirmation.quantity.v1",
    data={
        "order": "${order}",
        "operation": "${operation}",
        "confirmation": "${report.confirmation}",
        "message": "${report.message}",
        "message_class": "${report.message_class}",
        "message_number": "${report.message_number}",
        "text": "${report.text}",
    },
    truth=Truth(
        playbook="production/confirmation_quantity",
        cause="order_quantity_changed",
        right="The planner is asked whether the order is raised or the lot received otherwise",
        settle=Settle.ASK,
    ),
    watch=(looking.order, looking.operation, looking.confirmation(), looking.message()),
)

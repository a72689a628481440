"""What is expected at the end is compared with what the systems' own records show."""

from decimal import Decimal

import pytest

from evals.case import Golden
from evals.expected import Measured
from evals.world import fresh, let_rest
from tools.objects.quantity import Quantity
from tools.sandbox.changes import story

ORDER = {"order": "1000001"}


def pieces(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "ST")


@pytest.mark.parametrize(
    ("before", "after", "wanted", "fits"),
    [
        (pieces(5), pieces(8), "+3 ST", True),
        (pieces(5), pieces(2), "-3 ST", True),
        (pieces(5), pieces(8), "8 ST", True),
        (pieces(5), pieces(8), "8", True),
        (pieces(5), pieces(8), "8 KG", False),
        (pieces(5), pieces(8), "as_before", False),
        (None, pieces(3), "+3 ST", True),
        (pieces(5), None, "5 ST", False),
        (1, 2, "+1", True),
        ("held", "posted", "posted", True),
        ("held", "held", "as_before", True),
        ("held", "posted", "held", False),
    ],
)
def test_an_expectation_is_absolute_relative_or_as_before(
    before: Quantity | int | str | None,
    after: Quantity | int | str | None,
    wanted: str,
    fits: bool,
) -> None:
    assert Measured(before, after).fits(wanted) is fits


def test_both_systems_show_what_an_operator_reported() -> None:
    world = fresh()
    story.read(
        [
            {"do": "supply", **ORDER},
            {"do": "mes_confirmation", **ORDER, "yielded": "10", "scrapped": "1"},
        ]
    ).play(world)
    ends = Golden.model_validate(_golden()).cases[0].end
    assert [str(end.shown(world)) for end in ends] == [
        "22 ST",
        "22 ST",
        "10 ST",
        "10 ST",
        "1 ST",
        "1 ST",
        "1",
        "1",
        "partially_confirmed",
        "in_progress",
    ]


def test_a_message_on_its_way_arrives_when_time_passes() -> None:
    world = fresh()
    story.read(
        [
            {"do": "supply", **ORDER},
            {"do": "mes_confirmation", **ORDER, "yielded": "10", "state": "pending"},
        ]
    ).play(world)
    end = Golden.model_validate(_golden()).cases[0].end[2]
    before = end.shown(world)
    let_rest(world)
    assert (str(before), str(end.shown(world))) == ("0 ST", "10 ST")


def test_what_no_system_has_is_nothing() -> None:
    end = Golden.model_validate(_golden(order="9999999")).cases[0].end
    assert {one.shown(fresh()) for one in end} <= {None, 0}


def _golden(order: str = "1000001") -> dict[str, object]:
    made = {"order": order, "operation": "0010"}
    ends = [
        {"system": "erp", "what": "withdrawn", "order": order, "material": "RM-SEAT-S"},
        {"system": "mes", "what": "used", "order": order, "material": "RM-SEAT-S"},
        *({"system": system, "what": "yield", **made} for system in ("erp", "mes")),
        *({"system": system, "what": "scrap", **made} for system in ("erp", "mes")),
        *({"system": system, "what": "confirmations", **made} for system in ("erp", "mes")),
        *({"system": system, "what": "order_status", "order": order} for system in ("erp", "mes")),
    ]
    return {
        "schema": 2,
        "playbook": "production/confirmation_variance",
        "cases": [
            {
                "id": "xx-001",
                "family": "some",
                "plant": "1010",
                "story": "something",
                "world": [],
                "signal": {"type": "x", "data": {}},
                "causes": [],
                "rulings": {"act": ["ask"], "advise": ["ask"]},
                "actions": [],
                "end": [{**end, "is": "as_before"} for end in ends],
                "difficulty": "easy",
                "label": {"source": "domain", "reason": "because"},
            }
        ],
    }

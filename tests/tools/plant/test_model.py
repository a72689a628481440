"""What a plant file says, as the rest of Concord asks it."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from tools.plant.authority import Criticality, Phase, Role
from tools.plant.mappings import ScrapAccount
from tools.plant.model import Plant
from tools.plant.reading import check_content
from tools.plant.section import Span
from tools.plant.template import NewPlant, plant_text

MORE = """
[tolerances]
consumption_percent = 5
consumption_by_material_group = { SEAL = 2.5 }
consumption_by_material = { 000123 = 0 }

[mappings]
work_centers = { R-ASSY-01 = "ASSY-01" }
scrap_codes = { S01 = { reason = "0001", cost_center = "4120" } }
units = { pcs = "ST" }

[[calendar.shifts]]
start = "06:00"
end = "14:00"

[[calendar.shifts]]
start = 22:00:00
end = "06:00"

[[calendar.quiet_hours]]
start = "23:00"
end = "05:00"

[[autonomy]]
playbook = "materials/stock_deficit"
cause = "wrong_location"
remedy = ["post_movement"]

[[criticality]]
playbook = "materials/stock_deficit"
criticality = "urgent"

[[criticality]]
criticality = "high"

[limits]
low_up_to = "500.00"
medium_up_to = 5000

[roles]
SAP_ME_SUPERVISOR = "supervisor"
PP_ORDER = "planner"
PP_ORDER_2 = "planner"
"""


@pytest.fixture
def plant() -> Plant:
    text = plant_text(NewPlant("1010", "Valves", "Europe/Berlin", "sap_dm", "s4_pm")) + MORE
    text = text.replace('default = "observe"', 'default = "advise"\nplaybooks."a/b" = "act"')
    checked = check_content(text.encode(), Path("1010.toml"), None)
    assert checked.problems == ()
    assert checked.plant is not None
    return checked.plant


def test_the_narrowest_tolerance_holds(plant: Plant) -> None:
    tolerances = plant.tolerances
    assert tolerances.consumption("PIN-8", "STEEL") == Decimal(5)
    assert tolerances.consumption("RING-8", "SEAL") == Decimal("2.5")
    assert tolerances.consumption("123", "SEAL") == Decimal(0)


def test_a_phase_can_be_another_for_one_playbook(plant: Plant) -> None:
    assert (plant.phase_of("a/b"), plant.phase_of("b/c")) == (Phase.ACT, Phase.ADVISE)


def test_the_agent_may_settle_only_what_is_named_by_playbook_cause_and_actions(
    plant: Plant,
) -> None:
    kind, cause = "materials/stock_deficit", "wrong_location"
    assert plant.lets_settle(kind, cause, ["post_movement"])
    assert not plant.lets_settle(kind, cause, ["post_movement", "cancel_confirmation"])
    assert not plant.lets_settle(kind, "wrong_batch", ["post_movement"])
    assert not plant.lets_settle("materials/backflush", cause, ["post_movement"])
    assert not plant.lets_settle(kind, cause, [])


def test_the_first_criticality_rule_that_fits_holds(plant: Plant) -> None:
    kind = "materials/stock_deficit"
    assert plant.criticality_of(kind) is Criticality.URGENT
    assert plant.criticality_of("a/b") is Criticality.HIGH
    assert plant.model_copy(update={"criticality": ()}).criticality_of(kind) is None


def test_sap_roles_amount_to_roles_and_unknown_ones_to_none(plant: Plant) -> None:
    roles = plant.roles_of(["PP_ORDER", "PP_ORDER_2", "SAP_ME_SUPERVISOR", "SAP_ALL"])
    assert roles == {Role.PLANNER, Role.SUPERVISOR}


def test_scrap_is_booked_where_the_plant_says_and_nowhere_else(plant: Plant) -> None:
    assert plant.mappings.scrap("S01") == ScrapAccount(reason="0001", cost_center="4120")
    assert plant.mappings.scrap("S99") is None


def test_a_span_over_midnight_contains_both_its_ends_of_the_day() -> None:
    span = Span(start=time(22), end=time(6))
    assert [span.contains(time(hour)) for hour in (21, 22, 0, 5, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_deadlines_are_looked_up_by_criticality(plant: Plant) -> None:
    assert plant.deadlines.minutes("urgent") < plant.deadlines.minutes("low")
    with pytest.raises(ValueError, match="soon"):
        plant.deadlines.minutes("soon")

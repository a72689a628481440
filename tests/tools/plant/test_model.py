"""What a plant file says, as the rest of Concord asks it."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from tools.plant.authority import Criticality, Phase, Role, ValueBand
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
name = "early"
start = "06:00"
end = "14:00"

[[calendar.shifts]]
name = "night"
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
order_type = "PP02"
criticality = "urgent"

[[criticality]]
playbook = "materials/stock_deficit"
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
    assert plant.criticality_of(kind, "PP02") is Criticality.URGENT
    assert plant.criticality_of(kind, "PP01") is Criticality.HIGH
    assert plant.criticality_of("a/b") is None


@pytest.mark.parametrize(
    ("amount", "band"),
    [("500", ValueBand.LOW), ("500.01", ValueBand.MEDIUM), ("5000.01", ValueBand.HIGH)],
)
def test_amounts_fall_into_bands(plant: Plant, amount: str, band: ValueBand) -> None:
    assert plant.limits.band(Decimal(amount)) is band


def test_sap_roles_amount_to_roles_and_unknown_ones_to_none(plant: Plant) -> None:
    roles = plant.roles_of(["PP_ORDER", "PP_ORDER_2", "SAP_ME_SUPERVISOR", "SAP_ALL"])
    assert roles == {Role.PLANNER, Role.SUPERVISOR}


def test_codes_are_translated_both_ways_and_unmapped_ones_are_the_same(plant: Plant) -> None:
    mappings = plant.mappings
    assert (mappings.work_center("R-ASSY-01"), mappings.resource("ASSY-01")) == (
        "ASSY-01",
        "R-ASSY-01",
    )
    assert mappings.work_center("R-PACK-01") == "R-PACK-01"
    assert mappings.scrap("S99") is None
    assert mappings.units["pcs"] == "ST"


def test_the_calendar_is_read_in_the_plants_own_time(plant: Plant) -> None:
    late = plant.local(datetime(2026, 7, 1, 21, 30, tzinfo=UTC))
    assert plant.calendar.shift(late) == "night"
    assert plant.calendar.quiet(late)
    assert plant.calendar.shift(plant.local(datetime(2026, 7, 1, 13, tzinfo=UTC))) is None


def test_saturday_is_not_worked_unless_the_plant_says_so(plant: Plant) -> None:
    assert plant.calendar.works(date(2026, 11, 20))
    assert not plant.calendar.works(date(2026, 11, 21))


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

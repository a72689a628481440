"""Units, days and times of day as one S/4 speaks them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tools.errors import Misread
from tools.jsontext import Row
from tools.objects.quantity import Quantity
from tools.objects.units import UnknownUnit
from tools.sandbox.world import World
from tools.sap.landscape import Landscape


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("row", "unit"),
    [
        ({"BaseUnit": "PC"}, "ST"),
        ({"BaseUnit": "H"}, "STD"),
        ({"BaseUnit": "KG"}, "KG"),
        ({"BaseUnit": "PC", "BaseUnitSAPCode": "ST"}, "ST"),
        ({"BaseUnit": "??", "BaseUnitSAPCode": "KAR"}, "KAR"),
    ],
)
def test_a_unit_is_read_in_the_logon_language_unless_its_internal_code_is_there(
    landscape: Landscape, row: Row, unit: str
) -> None:
    assert landscape.unit(row, "BaseUnit") == unit


def test_an_activitys_internal_code_has_a_spelling_of_its_own(landscape: Landscape) -> None:
    row: Row = {"OpWorkQuantityUnit1": "H", "WorkQuantityUnit1SAPCode": "MIN"}
    assert landscape.unit(row, "OpWorkQuantityUnit1") == "MIN"


def test_another_language_has_other_units(landscape: Landscape) -> None:
    german = replace(landscape, language="de")
    assert german.unit({"BaseUnit": "ST"}, "BaseUnit") == "ST"
    assert (german.unit_out("STD"), landscape.unit_out("STD")) == ("STD", "H")


@pytest.mark.parametrize("code", ["ST", "", "BOXES"])
def test_a_unit_no_table_knows_is_never_guessed(landscape: Landscape, code: str) -> None:
    with pytest.raises(UnknownUnit):
        landscape.quantity({"Q": "5", "BaseUnit": code}, "Q", "BaseUnit")


def test_amounts_stay_exact(landscape: Landscape) -> None:
    row: Row = {"Q": "0.100", "BaseUnit": "KG"}
    assert landscape.quantity(row, "Q", "BaseUnit") == Quantity(Decimal("0.1"), "KG")


def test_days_and_times_of_day_are_the_systems_own(landscape: Landscape) -> None:
    berlin = replace(landscape, zone=ZoneInfo("Europe/Berlin"))
    row: Row = {"Day": "/Date(1773792000000)/", "Time": "PT08H30M00S"}
    assert berlin.moment(row, "Day", "Time") == datetime(2026, 3, 18, 7, 30, tzinfo=UTC)
    assert landscape.moment(row, "Day", "Time") == datetime(2026, 3, 18, 8, 30, tzinfo=UTC)
    out = berlin.moment_out(datetime(2026, 3, 17, 23, 30, tzinfo=UTC), "Day", "Time")
    assert [str(value) for value in out.values()] == ["2026-03-18", "00:30:00"]


def test_a_day_that_should_be_there_is_missed(landscape: Landscape) -> None:
    assert landscape.moment({"Day": None, "Time": None}, "Day", "Time") is None
    with pytest.raises(Misread):
        landscape.moment_at({"Day": None, "Time": None}, "Day", "Time")

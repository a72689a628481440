"""What to count first: the dearest differences of a plant, and of a plant in a box."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.assessments.stock_counts import Stocked, assess, plain, worth_counting
from agent.sides import Wires, connected
from evals.world import ADDRESSES, doors, fresh
from tests.agent.playbooks.books import material, pieces, plant
from tools.objects.material import Material
from tools.objects.stock import StockLine, StockType
from tools.sandbox.changes.mes_stock import MesStock
from tools.sandbox.transport import WorldTransport

ONE_PERCENT = Decimal(1)


def lying(number: str, amount: int, place: str = "0002") -> tuple[StockLine, ...]:
    return (StockLine(number, "1010", place, StockType.UNRESTRICTED, pieces(amount)),)


def stocked(own: Material, books: int, counted: int) -> Stocked:
    return Stocked(own, lying(own.number, books), lying(own.number, counted))


def test_what_is_worth_most_is_counted_first_and_what_has_no_price_last() -> None:
    screws, motors = material("SCREW", "0.06"), material("MOTOR", "112.00")
    unpriced = replace(material("NEW"), standard_price=None)
    found = worth_counting(
        [
            stocked(unpriced, 1000, 10),
            stocked(screws, 1000, 600),
            stocked(motors, 100, 98),
        ],
        ONE_PERCENT,
    )
    assert [one.material for one in found] == ["MOTOR", "SCREW", "NEW"]
    assert [row["worth"] for row in plain(found)] == ["224.00 EUR", "24.00 EUR", None]


def test_more_than_the_books_counts_like_less() -> None:
    found = worth_counting([stocked(material("A", "1.00"), 100, 130)], ONE_PERCENT)
    assert [one.difference for one in found] == [pieces(30)]


def test_what_the_plant_lets_pass_is_not_counted() -> None:
    own = material("A", "1.00")
    assert worth_counting([stocked(own, 100, 99), stocked(own, 50, 50)], ONE_PERCENT) == []
    assert len(worth_counting([stocked(own, 100, 98)], ONE_PERCENT)) == 1


def test_a_place_the_shop_floor_does_not_count_is_no_difference() -> None:
    own = material("A", "1.00")
    both = (*lying("A", 100), *lying("A", 9000, "0001"))
    assert worth_counting([Stocked(own, both, lying("A", 100))], ONE_PERCENT) == []


async def test_a_plant_whose_systems_agree_has_nothing_to_count_until_one_differs() -> None:
    world = fresh()
    transport = WorldTransport(world, doors())
    box = connected(plant(), Wires(ADDRESSES, world.clock.now, transport))
    try:
        assert await assess(plant(), box.sides) == []
        MesStock(material="RM-SEAT-M", quantity=Decimal(500)).apply(world)
        found = await assess(plant(), box.sides)
    finally:
        await box.close()
    assert [(one.material, one.difference) for one in found] == [("RM-SEAT-M", pieces(-103))]

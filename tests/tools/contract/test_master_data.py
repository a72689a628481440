"""Master data and the surroundings of postings read the same from every ERP."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from tools.book import PlantBook
from tools.errors import NotFound
from tools.objects.identifiers import normal
from tools.objects.quantity import Quantity
from tools.objects.units import AlternativeUnit
from tools.ports import Boms, Costs, Inspections, Materials, Routings, Side


def content(unit: AlternativeUnit) -> Fraction:
    """A ratio may be written in whole numbers or not."""
    return Fraction(unit.numerator) / Fraction(unit.denominator)


async def test_a_material_is_read_with_units_and_price(erp: Side, book: PlantBook) -> None:
    materials = erp.port(Materials)
    wanted = [
        next(one for one in book.materials if one.conversions),
        next(one for one in book.materials if one.backflushed),
        *(one for one in book.materials if one.blocked or one.successor or one.old_number),
    ]
    for known in wanted:
        found = (await materials.material(known.number, known.plant)).value
        assert replace(found, conversions=()) == replace(known, conversions=())
        assert {each.unit: content(each) for each in found.conversions} == {
            each.unit: content(each) for each in known.conversions
        }


async def test_materials_are_found_by_number_old_number_and_description(
    erp: Side,
    book: PlantBook,
) -> None:
    materials = erp.port(Materials)
    some = book.materials[0]
    renamed = [one for one in book.materials if one.old_number]
    for text, number in (
        (some.number[:6], some.number),
        (some.description, some.number),
        *((one.old_number or "", one.number) for one in renamed),
    ):
        found = (await materials.materials_like(text, book.plant)).value
        assert number in {one.number for one in found}, text


async def test_a_material_of_another_plant_is_not_found(erp: Side, book: PlantBook) -> None:
    with pytest.raises(NotFound):
        await erp.port(Materials).material("NOSUCHTHING", book.plant)


async def test_the_shop_floor_tells_in_which_units_it_counts_a_material(
    mes: Side, book: PlantBook
) -> None:
    materials = mes.port(Materials)
    for known in (one for one in book.materials if one.conversions):
        found = (await materials.material(known.number, known.plant)).value
        assert (found.number, found.plant) == (known.number, known.plant)
        assert (found.description, found.base_unit) == (known.description, known.base_unit)
        assert {each.unit: content(each) for each in found.conversions} == {
            each.unit: content(each) for each in known.conversions
        }
    with pytest.raises(NotFound):
        await materials.material("NOSUCHTHING", book.plant)


async def test_a_bill_of_material_is_read_with_its_alternatives(erp: Side, book: PlantBook) -> None:
    boms = erp.port(Boms)
    alternatives = [bom for bom in book.boms if any(item.alternative_group for item in bom.items)]
    for known in (book.boms[0], *alternatives[:2]):
        found = (await boms.bom(known.material, known.plant)).value
        assert found == replace(known, items=found.items)
        assert found.items == known.items


async def test_an_explosion_reaches_the_lowest_level(erp: Side, book: PlantBook) -> None:
    boms = {bom.material: bom for bom in book.boms}
    top = next(
        bom
        for bom in book.boms
        if any(item.component in boms and not item.fixed for item in bom.items)
    )
    below = next(item for item in top.items if item.component in boms and not item.fixed)
    wanted = Quantity(Decimal(10), top.base_quantity.unit)
    found = (await erp.port(Boms).explosion(top.material, top.plant, wanted)).value
    by_component = {item.component: item.quantity for item in found.items}
    assert found.base_quantity == wanted
    assert by_component[below.component] == below.quantity * 10
    assert {item.component for item in boms[below.component].items if item.priority == 1} <= set(
        by_component
    )


async def test_a_routing_is_read_with_its_operations(erp: Side, book: PlantBook) -> None:
    known = book.routings[0]
    found = (await erp.port(Routings).routing(known.material, known.plant)).value
    assert found == known


async def test_a_work_center_knows_its_cost_center_and_hours(erp: Side, book: PlantBook) -> None:
    for known in book.work_centers[:3]:
        found = (await erp.port(Routings).work_center(known.number, known.plant)).value
        assert (found.number, found.plant, found.description) == (
            known.number,
            known.plant,
            known.description,
        )
        assert (found.cost_center, found.hours_per_day) == (
            normal(known.cost_center),
            known.hours_per_day,
        )


async def test_an_inspection_lot_is_read_with_results_and_limits(
    erp: Side, book: PlantBook
) -> None:
    inspections, known = erp.port(Inspections), book.erp.lots[0]
    listed = (await inspections.lots(known.material, known.plant)).value
    assert known.number in {lot.number for lot in listed}
    found = (await inspections.lot(known.number)).value
    assert replace(found, results=()) == replace(known, results=())
    assert [
        (one.characteristic, one.value, one.unit, one.valuation, one.lower, one.upper)
        for one in found.results
    ] == [
        (one.characteristic, one.value, one.unit, one.valuation, one.lower, one.upper)
        for one in known.results
    ]


async def test_a_cost_center_and_the_posting_period_are_read(erp: Side, book: PlantBook) -> None:
    costs, known = erp.port(Costs), book.erp.cost_objects[0]
    found = (await costs.cost_center(known.number)).value
    assert (found.description, found.company_code, found.locked) == (
        known.description,
        known.company_code,
        known.locked,
    )
    assert (await costs.period(book.company_code)).value == book.period
    with pytest.raises(NotFound):
        await costs.cost_center("NOSUCH")

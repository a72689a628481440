"""Goods movements are booked whole or not at all, and found by their reference."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tools.book import PlantBook
from tools.errors import NotFound, Refused
from tools.fakes.examples import free_stock, issue, released, stock_at
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.stock import StockLine, StockType
from tools.ports import Movements, Side, Stock


def codes(refusal: Refused) -> set[str]:
    return {message.code for message in refusal.messages}


def some(unit: str, amount: int) -> Quantity:
    return Quantity(Decimal(amount), unit)


async def lines_of(erp: Side, book: PlantBook, material: str) -> tuple[StockLine, ...]:
    return (await erp.port(Stock).stock(material, book.plant)).value


async def test_stock_is_read_by_place_batch_and_type(erp: Side, book: PlantBook) -> None:
    for kind in (StockType.QUALITY, StockType.BLOCKED):
        known = next(line for line in book.erp.stock if line.type is kind)
        wanted = {line for line in book.erp.stock if line.material == known.material}
        assert set(await lines_of(erp, book, known.material)) == wanted


async def test_the_documents_of_an_order_are_read_with_their_lines(
    erp: Side, book: PlantBook
) -> None:
    known = next(one for one in book.erp.documents if one.lines[0].order)
    order = known.lines[0].order or ""
    found = (await erp.port(Movements).movements(order)).value
    wanted = [one for one in book.erp.documents if any(line.order == order for line in one.lines)]
    assert {one.number for one in found} == {one.number for one in wanted}
    document = (await erp.port(Movements).movement(known.number)).value
    assert document.posting_date == known.posting_date
    assert [
        (line.type, line.material, line.quantity, line.location, line.batch, line.order, line.item)
        for line in document.lines
    ] == [
        (line.type, line.material, line.quantity, line.location, line.batch, line.order, line.item)
        for line in known.lines
    ]


async def test_the_documents_of_a_material_come_newest_first(erp: Side, book: PlantBook) -> None:
    material = book.erp.documents[0].lines[0].material
    found = (await erp.port(Movements).movements_of(material, book.plant)).value
    entered = [one.entered_at for one in found]
    assert found
    assert entered == sorted(entered, reverse=True)
    assert all(any(line.material == material for line in one.lines) for one in found)


async def test_a_document_nobody_knows_is_not_found(erp: Side, book: PlantBook) -> None:
    with pytest.raises(NotFound):
        await erp.port(Movements).movement("4999999999/2026")


async def test_an_issue_leaves_stock_and_is_found_by_its_reference(
    erp: Side, book: PlantBook
) -> None:
    movements, (order, _, component) = erp.port(Movements), released(book)
    place, taken = stock_at(book, component), some(component.required.unit, 5)
    mark = Reference.of("issue")
    assert (await movements.movement_by_reference(mark)).value is None
    posted = await movements.post_movement(issue(order, component, taken, book.today), mark)
    found = (await movements.movement_by_reference(mark)).value
    assert found is not None
    assert (found.number, found.reference, found.posting_date) == (
        posted.number,
        mark.short,
        book.today,
    )
    assert [(line.type, line.quantity, line.order) for line in found.lines] == [
        (MovementType.ISSUE_ORDER, taken, order.number)
    ]
    assert free_stock(await lines_of(erp, book, place.material), place) == place.quantity - taken


async def test_cancelling_a_document_restores_the_stock_once(erp: Side, book: PlantBook) -> None:
    movements, (order, _, component) = erp.port(Movements), released(book)
    place = stock_at(book, component)
    posted = await movements.post_movement(
        issue(order, component, some(component.required.unit, 5), book.today),
        Reference.of("undone"),
    )
    undo = await movements.cancel_movement(posted.number, Reference.of("undo"))
    assert (await movements.movement(posted.number)).value.reversed_by == undo.number
    assert (await movements.movement(undo.number)).value.reverses == posted.number
    assert free_stock(await lines_of(erp, book, place.material), place) == place.quantity
    with pytest.raises(Refused):
        await movements.cancel_movement(posted.number, Reference.of("undo again"))


async def test_a_deficit_is_refused_with_its_cause_and_nothing_is_booked(
    erp: Side,
    book: PlantBook,
) -> None:
    movements, (order, _, component) = erp.port(Movements), released(book)
    place = stock_at(book, component)
    good = issue(order, component, some(component.required.unit, 1), book.today)
    bad = issue(order, component, place.quantity * 2, book.today)
    with pytest.raises(Refused) as refused:
        await movements.post_movement(
            replace(good, lines=(*good.lines, *bad.lines)), Reference.of("deficit")
        )
    assert "M7/021" in codes(refused.value)
    assert free_stock(await lines_of(erp, book, place.material), place) == place.quantity
    assert (await movements.movement_by_reference(Reference.of("deficit"))).value is None


async def test_a_closed_period_is_refused_with_its_cause(erp: Side, book: PlantBook) -> None:
    movements, (order, _, component) = erp.port(Movements), released(book)
    long_ago = book.period.opens - timedelta(days=3)
    with pytest.raises(Refused) as refused:
        await movements.post_movement(
            issue(order, component, some(component.required.unit, 1), long_ago),
            Reference.of("late"),
        )
    assert "M7/053" in codes(refused.value)


async def test_an_alternative_unit_is_booked_in_base_units(erp: Side, book: PlantBook) -> None:
    material, place = next(
        (material, line)
        for material in book.materials
        if material.conversions and not material.blocked
        for line in book.erp.stock
        if line.material == material.number and line.type is StockType.UNRESTRICTED
    )
    carton = material.conversions[0]
    content = carton.numerator / carton.denominator
    line = GoodsMovement(
        type=MovementType.INITIAL_STOCK,
        material=material.number,
        plant=material.plant,
        quantity=Quantity(Decimal(2), carton.unit),
        location=place.location,
        batch=place.batch,
    )
    await erp.port(Movements).post_movement(
        MovementDraft(book.today, (line,)), Reference.of("carton")
    )
    added = Quantity(content * 2, material.base_unit)
    assert free_stock(await lines_of(erp, book, material.number), place) == place.quantity + added


async def test_a_transfer_moves_stock_between_places(erp: Side, book: PlantBook) -> None:
    place = next(
        line
        for line in book.erp.stock
        if line.type is StockType.UNRESTRICTED
        and line.quantity.amount > 1000
        and any(
            other.material == line.material and other.location != line.location
            for other in book.erp.stock
            if other.type is StockType.UNRESTRICTED
        )
    )
    target = next(
        line
        for line in book.erp.stock
        if line.material == place.material
        and line.location != place.location
        and line.type is StockType.UNRESTRICTED
    )
    moved = Quantity(Decimal(10), place.quantity.unit)
    line = GoodsMovement(
        type=MovementType.TRANSFER_LOCATION,
        material=place.material,
        plant=place.plant,
        quantity=moved,
        location=place.location,
        batch=place.batch,
        to_location=target.location,
    )
    movements, mark = erp.port(Movements), Reference.of("moved")
    await movements.post_movement(MovementDraft(book.today, (line,)), mark)
    lines = await lines_of(erp, book, place.material)
    assert free_stock(lines, place) == place.quantity - moved
    assert free_stock(lines, target) == target.quantity + moved
    found = (await movements.movement_by_reference(mark)).value
    assert found is not None
    assert [(each.location, each.to_location) for each in found.lines] == [
        (place.location, target.location)
    ]

"""Confirmations are posted once, found by their reference, and say what of them waits."""

from decimal import Decimal

import pytest

from tools.book import PlantBook
from tools.errors import NotFound, Refused
from tools.fakes.examples import (
    draft,
    free_stock,
    issue,
    released,
    scrap_all,
    stock_at,
    supply,
    use,
)
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.order import Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.ports import Confirmations, Movements, Orders, Side, Stock


def facts(one: Confirmation) -> tuple[object, ...]:
    return (
        one.number,
        one.order,
        one.operation,
        one.yielded,
        one.scrapped,
        one.state,
        one.posting_date,
        one.final,
        one.reference,
        one.documents,
    )


async def test_the_confirmations_of_an_order_are_all_there(erp: Side, book: PlantBook) -> None:
    known = book.erp.confirmations[0]
    found = (await erp.port(Confirmations).confirmations(known.order)).value
    wanted = [one for one in book.erp.confirmations if one.order == known.order]
    assert [facts(one) for one in found] == [facts(one) for one in wanted]
    assert not any(one.failed for one in found)


async def test_what_a_confirmation_used_and_how_long_it_took_is_read(
    erp: Side, book: PlantBook
) -> None:
    known = next(one for one in book.erp.confirmations if one.uses)
    found = (await erp.port(Confirmations).confirmation(known.number)).value
    assert set(found.uses) == {used for used in known.uses if used.quantity}
    assert {each for each in found.activities if each.quantity} == {
        each for each in known.activities if each.quantity
    }
    assert found.work_center == known.work_center


async def test_no_confirmation_of_the_past_seems_to_have_movements_waiting(
    erp: Side,
    book: PlantBook,
) -> None:
    confirmations = erp.port(Confirmations)
    orders = sorted({one.order for one in book.erp.confirmations})[:12]
    for order in orders:
        found = (await confirmations.confirmations(order)).value
        assert [one.number for one in found if one.failed] == []


async def test_a_confirmation_nobody_knows_is_not_found(erp: Side, book: PlantBook) -> None:
    with pytest.raises(NotFound):
        await erp.port(Confirmations).confirmation("9999999/1")


async def test_a_posted_confirmation_is_found_by_its_reference(erp: Side, book: PlantBook) -> None:
    confirmations, (order, step, component) = (
        erp.port(Confirmations),
        released(book),
    )
    mark = Reference.of("found")
    assert (await confirmations.confirmation_by_reference(order.number, mark)).value is None
    used = use(component, Quantity(Decimal(3), component.required.unit))
    posted = await confirmations.post_confirmation(draft(order, step, 1, (used,), book.today), mark)
    found = (await confirmations.confirmation_by_reference(order.number, mark)).value
    assert found is not None
    assert (found.number, found.reference) == (posted.number, mark.guid)
    assert (found.state, found.yielded.amount) == (ConfirmationState.POSTED, 1)
    assert found.uses == (used,)
    assert found.failed == ()
    assert found.documents


async def test_consumption_leaves_stock_and_counts_on_the_reservation(
    erp: Side,
    book: PlantBook,
) -> None:
    order, step, component = released(book)
    place = stock_at(book, component)
    used = Quantity(Decimal(3), component.required.unit)
    await erp.port(Confirmations).post_confirmation(
        draft(order, step, 1, (use(component, used),), book.today), Reference.of("consumed")
    )
    stock = (await erp.port(Stock).stock(component.material, order.plant)).value
    after = (await erp.port(Orders).order(order.number)).value
    withdrawn = {each.item: each.withdrawn for each in after.components}
    assert free_stock(stock, place) == place.quantity - used
    assert withdrawn[component.item] == component.withdrawn + used
    assert after.status is OrderStatus.PARTIALLY_CONFIRMED


async def test_an_empty_list_of_uses_consumes_nothing(erp: Side, book: PlantBook) -> None:
    order, step, _ = released(book)
    mark = Reference.of("nothing")
    confirmations = erp.port(Confirmations)
    await confirmations.post_confirmation(draft(order, step, 1, (), book.today), mark)
    found = (await confirmations.confirmation_by_reference(order.number, mark)).value
    assert found is not None
    assert (found.uses, found.failed, found.documents) == ((), (), ())


async def test_without_uses_the_systems_own_proposal_applies(erp: Side, book: PlantBook) -> None:
    order, step, component = released(book)
    confirmations, mark = erp.port(Confirmations), Reference.of("backflush")
    proposed = (await confirmations.proposal(order.number, step.number, step.planned)).value
    assert component.material in {each.material for each in proposed.uses}
    await confirmations.post_confirmation(
        draft(order, step, int(step.planned.amount), None, book.today), mark
    )
    found = (await confirmations.confirmation_by_reference(order.number, mark)).value
    assert found is not None
    assert {*found.uses, *found.failed} == set(proposed.uses)


async def test_what_stock_does_not_cover_waits_and_is_named(erp: Side, book: PlantBook) -> None:
    order, step, component = released(book)
    confirmations, mark = erp.port(Confirmations), Reference.of("waits")
    place = stock_at(book, component)
    await erp.port(Movements).post_movement(scrap_all(place, book.today), Reference.of("emptied"))
    proposed = (await confirmations.proposal(order.number, step.number, step.planned)).value
    await confirmations.post_confirmation(
        draft(order, step, int(step.planned.amount), None, book.today), mark
    )
    found = (await confirmations.confirmation_by_reference(order.number, mark)).value
    assert found is not None
    assert found.state is ConfirmationState.POSTED
    assert {*found.uses, *found.failed} == set(proposed.uses)
    assert component.material in {each.material for each in found.failed}
    assert component.material not in {each.material for each in found.uses}


async def test_a_movement_made_up_for_waits_no_longer(erp: Side, book: PlantBook) -> None:
    order, step, component = released(book)
    confirmations, movements = erp.port(Confirmations), erp.port(Movements)
    place, mark = stock_at(book, component), Reference.of("made up for")
    await movements.post_movement(scrap_all(place, book.today), Reference.of("emptied"))
    await confirmations.post_confirmation(
        draft(order, step, int(step.planned.amount), None, book.today), mark
    )
    waiting = (await _by(erp, order.number, "made up for")).failed
    missing = next(each for each in waiting if each.item == component.item)
    await movements.post_movement(
        supply(place, missing.quantity, book.today), Reference.of("supplied")
    )
    await movements.post_movement(
        issue(order, component, missing.quantity, book.today), Reference.of("missing")
    )
    after = (await erp.port(Orders).order(order.number)).value
    withdrawn = {each.item: each.withdrawn for each in after.components}
    assert withdrawn[component.item] == component.withdrawn + missing.quantity


async def _by(erp: Side, order: str, mark: str) -> Confirmation:
    reading = await erp.port(Confirmations).confirmation_by_reference(order, Reference.of(mark))
    assert reading.value is not None
    return reading.value


async def test_cancelling_takes_back_quantities_and_stock(erp: Side, book: PlantBook) -> None:
    order, step, component = released(book)
    confirmations = erp.port(Confirmations)
    place = stock_at(book, component)
    used = use(component, Quantity(Decimal(3), component.required.unit))
    await confirmations.post_confirmation(
        draft(order, step, 1, (used,), book.today), Reference.of("taken back")
    )
    number = (await _by(erp, order.number, "taken back")).number
    undone = await confirmations.cancel_confirmation(number, Reference.of("back"))
    found = {one.number: one for one in (await confirmations.confirmations(order.number)).value}
    assert found[number].state is ConfirmationState.CANCELLED
    assert found[undone.number].reverses == number
    stock = (await erp.port(Stock).stock(component.material, order.plant)).value
    after = (await erp.port(Orders).order(order.number)).value
    assert free_stock(stock, place) == place.quantity
    assert _yielded(after, step) == step.yielded


async def test_a_confirmation_is_cancelled_once(erp: Side, book: PlantBook) -> None:
    order, step, _ = released(book)
    confirmations = erp.port(Confirmations)
    posted = await confirmations.post_confirmation(
        draft(order, step, 1, (), book.today), Reference.of("once")
    )
    await confirmations.cancel_confirmation(posted.number, Reference.of("first"))
    with pytest.raises(Refused):
        await confirmations.cancel_confirmation(posted.number, Reference.of("second"))


async def test_an_order_not_released_takes_no_confirmation(erp: Side, book: PlantBook) -> None:
    order = next(one for one in book.erp.orders if one.status is OrderStatus.CREATED)
    with pytest.raises(Refused):
        await erp.port(Confirmations).post_confirmation(
            draft(order, order.operations[0], 1, (), book.today), Reference.of("too early")
        )


def _yielded(order: ProductionOrder, step: Operation) -> Quantity:
    return next(each.yielded for each in order.operations if each.number == step.number)

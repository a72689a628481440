"""What is written through the wrapper: once, found again by its reference, refused with reasons."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tools.errors import Locked, NotFound, NotOffered, Refused, Stale
from tools.objects.confirmation import (
    ActivityUse,
    Confirmation,
    ConfirmationDraft,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.nonconformance import Held
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.stock import StockLine
from tools.objects.sync import SyncState
from tools.objects.task import TaskDraft
from tools.ports import Confirmations, Holds, Messages, Movements, Orders, Side, Stock, Tasks
from tools.sandbox.ignition.server import settle
from tools.sandbox.world import World

PLANT = "1710"
MARK = Reference.of("a", "posting")


def order_in(world: World, status: OrderStatus) -> ProductionOrder:
    orders = world.ignition.orders.values()
    return next(one for one in orders if (one.plant, one.status) == (PLANT, status))


def kilograms(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KG")


def report(order: ProductionOrder, *uses: MaterialUse) -> ConfirmationDraft:
    operation = next(one for one in order.operations if not one.finished_at)
    return ConfirmationDraft(
        order=order.number,
        operation=operation.number,
        yielded=kilograms("12.5"),
        scrapped=kilograms("0"),
        reworked=kilograms("0"),
        posting_date=order.planned_start.date(),
        note="Rührwerk gereinigt",
        uses=uses,
        activities=(ActivityUse("MACHINE", Quantity(Decimal(90), "MIN")),),
    )


def on_the_line(world: World) -> StockLine:
    lines = world.ignition.stock.values()
    return next(one for one in lines if one.plant == PLANT and one.quantity.unit == "KG")


def issue(world: World, amount: str) -> GoodsMovement:
    line = on_the_line(world)
    return GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=line.material,
        plant=PLANT,
        quantity=kilograms(amount),
        location=line.location,
        batch=line.batch,
        order=order_in(world, OrderStatus.IN_PROGRESS).number,
    )


async def test_a_confirmation_is_found_by_its_reference_with_all_it_said(
    site: Side, world: World
) -> None:
    order, line = order_in(world, OrderStatus.IN_PROGRESS), on_the_line(world)
    use = MaterialUse(line.material, kilograms("2.250"), line.location, line.batch)
    draft = report(order, use)
    port = site.port(Confirmations)
    posted = await port.post_confirmation(draft, MARK)
    found = (await port.confirmation_by_reference(order.number, MARK)).value
    assert found is not None
    assert found == (await port.confirmation(posted.number)).value
    assert (found.yielded, found.uses, found.activities) == (
        draft.yielded,
        (replace(use, quantity=kilograms("2.25")),),
        draft.activities,
    )
    assert (found.state, found.note) == (ConfirmationState.PENDING, draft.note)
    assert found.reference == MARK.guid
    nobody = await port.confirmation_by_reference(order.number, Reference.of("another"))
    assert nobody.value is None


async def test_the_same_reference_twice_posts_once(site: Side, world: World) -> None:
    draft = report(order_in(world, OrderStatus.IN_PROGRESS))
    port, before = site.port(Confirmations), len(world.ignition.confirmations)
    first = await port.post_confirmation(draft, MARK)
    again = await port.post_confirmation(draft, MARK)
    assert again.number == first.number
    assert len(world.ignition.confirmations) == before + 1
    assert world.ignition.outbound.stopped is False
    assert len([one for one in world.ignition.messages.values() if one.object == first.number]) == 1


async def test_a_reference_does_not_serve_for_something_else(site: Side, world: World) -> None:
    draft = report(order_in(world, OrderStatus.IN_PROGRESS))
    await site.port(Confirmations).post_confirmation(draft, MARK)
    with pytest.raises(Refused, match="reference_used"):
        await site.port(Confirmations).post_confirmation(replace(draft, note="other"), MARK)


async def test_uses_and_yield_are_counted_and_taken_back(site: Side, world: World) -> None:
    order, line = order_in(world, OrderStatus.IN_PROGRESS), on_the_line(world)
    use = MaterialUse(line.material, Quantity(Decimal(2250), "G"), line.location, line.batch)
    port = site.port(Confirmations)
    posted = await port.post_confirmation(report(order, use), MARK)
    left = (await site.port(Stock).stock(line.material, PLANT)).value
    assert replace(line, quantity=line.quantity - kilograms("2.25")) in left
    await port.cancel_confirmation(posted.number, Reference.of("cancel"))
    assert line in (await site.port(Stock).stock(line.material, PLANT)).value
    assert (await port.confirmation(posted.number)).value.state is ConfirmationState.CANCELLED
    now = (await site.port(Orders).order(order.number)).value
    assert now.yielded == order.yielded
    with pytest.raises(Refused, match="already_cancelled"):
        await port.cancel_confirmation(posted.number, Reference.of("cancel again"))


async def test_a_confirmation_reaches_the_erp_and_is_cancelled_there(
    site: Side, world: World
) -> None:
    order = order_in(world, OrderStatus.IN_PROGRESS)
    port = site.port(Confirmations)
    posted = await port.post_confirmation(report(order), MARK)
    await _delivered(world)
    entry = (await port.confirmation(posted.number)).value
    assert entry.state is ConfirmationState.POSTED, world.ignition.messages
    undone = await port.cancel_confirmation(posted.number, Reference.of("cancel"))
    reversal = (await port.confirmation(undone.number)).value
    assert reversal.reverses == posted.number
    await _delivered(world)
    assert (await port.confirmation(undone.number)).value.state is ConfirmationState.POSTED
    assert world.journal.effects() == {
        "ignition post confirmations/post": 1,
        "ignition post confirmations/cancel": 1,
        "s4 create ProcOrdConf2": 1,
        "s4 call CancelProcOrdConf": 1,
    }


async def test_what_the_erp_refuses_can_be_sent_again(site: Side, world: World) -> None:
    draft = report(order_in(world, OrderStatus.IN_PROGRESS))
    wrong_day = replace(draft, posting_date=draft.posting_date.replace(year=2020))
    posted = await site.port(Confirmations).post_confirmation(wrong_day, MARK)
    await _delivered(world)
    entry = (await site.port(Confirmations).confirmation(posted.number)).value
    assert entry.state is ConfirmationState.REFUSED
    (message,) = (await site.port(Messages).messages(PLANT)).value
    assert [one.code for one in message.refusals] == ["M7/053"]
    await site.port(Messages).retry_message(message.number, Reference.of("retry"))
    await _delivered(world)
    again = (await site.port(Messages).message(message.number)).value
    assert (again.state, again.attempts, len(again.refusals)) == (SyncState.FAILED, 2, 2)
    with pytest.raises(NotFound, match="unknown_message"):
        await site.port(Messages).retry_message("M999", Reference.of("nothing"))


async def test_a_held_confirmation_waits_until_it_is_freed(site: Side, world: World) -> None:
    port = site.port(Confirmations)
    posted = await port.post_confirmation(report(order_in(world, OrderStatus.IN_PROGRESS)), MARK)
    held = Reference.of("hold")
    await port.hold_confirmation(posted.number, "Variance of 40 %", held)
    await _delivered(world)
    assert await _state(port, posted.number) is ConfirmationState.HELD
    hold = (await site.port(Holds).hold_by_reference(PLANT, held)).value
    assert hold is not None
    assert (hold.kind, hold.object, hold.active) == (Held.CONFIRMATION, posted.number, True)
    await port.free_confirmation(posted.number, Reference.of("free"))
    await _delivered(world)
    assert await _state(port, posted.number) is ConfirmationState.POSTED
    with pytest.raises(Refused, match="confirmation_state"):
        await port.hold_confirmation(posted.number, "too late", Reference.of("late"))


async def test_orders_are_released_and_finished_only_as_they_were_read(
    site: Side, world: World
) -> None:
    port = site.port(Orders)
    number = order_in(world, OrderStatus.RELEASED).number
    reading = await port.order(number)
    done = await port.complete(number, etag=reading.etag)
    assert done.etag == (await port.order(number)).etag
    with pytest.raises(Stale, match="version_stale"):
        await port.release(number, etag=reading.etag)
    with pytest.raises(Refused, match="finished"):
        await port.release(number, etag=done.etag)
    with pytest.raises(NotOffered):
        await port.close(number, etag=done.etag)


async def test_a_state_is_set_without_a_marker_too(site: Side, world: World) -> None:
    number = order_in(world, OrderStatus.RELEASED).number
    await site.port(Orders).complete(number, etag=None)
    assert (await site.port(Orders).order(number)).value.status is OrderStatus.CONFIRMED


async def test_a_locked_order_may_be_tried_again_later(site: Side, world: World) -> None:
    order = order_in(world, OrderStatus.IN_PROGRESS)
    world.ignition.orders[order.number] = replace(order, locked=True)
    with pytest.raises(Locked, match="order_locked"):
        await site.port(Confirmations).post_confirmation(report(order), MARK)


async def test_consumption_is_reported_and_taken_back(site: Side, world: World) -> None:
    port, line = site.port(Movements), on_the_line(world)
    draft = MovementDraft(world.clock.now().date(), (issue(world, "3.2"),), "by hand")
    posted = await port.post_movement(draft, MARK)
    found = (await port.movement_by_reference(MARK)).value
    assert found is not None
    assert (found.number, found.lines) == (posted.number, draft.lines)
    assert found.reference == MARK.short
    left = (await site.port(Stock).stock(line.material, PLANT)).value
    assert replace(line, quantity=line.quantity - kilograms("3.2")) in left
    undone = await port.cancel_movement(posted.number, Reference.of("undo"))
    assert (await port.movement(posted.number)).value.reversed_by == undone.number
    assert line in (await site.port(Stock).stock(line.material, PLANT)).value
    await _delivered(world)
    assert (await site.port(Messages).messages(PLANT)).value == ()
    assert world.journal.duplicates() == []
    with pytest.raises(Refused, match="already_cancelled"):
        await port.cancel_movement(posted.number, Reference.of("undo twice"))


async def test_consumption_beyond_the_stock_is_refused_whole(site: Side, world: World) -> None:
    line, before = on_the_line(world), dict(world.ignition.stock)
    too_much = f"{line.quantity.amount}"
    draft = MovementDraft(world.clock.now().date(), (issue(world, too_much), issue(world, "0.001")))
    with pytest.raises(Refused, match="stock_short"):
        await site.port(Movements).post_movement(draft, MARK)
    assert world.ignition.stock == before
    assert (await site.port(Movements).movement_by_reference(MARK)).value is None


async def test_what_only_the_erp_books_is_not_offered(site: Side, world: World) -> None:
    line = replace(issue(world, "1"), type=MovementType.INVENTORY_LOSS)
    with pytest.raises(NotOffered, match="702"):
        await site.port(Movements).post_movement(
            MovementDraft(world.clock.now().date(), (line,)), MARK
        )


@pytest.mark.parametrize("kind", [Held.ORDER, Held.MATERIAL, Held.BATCH, Held.CONFIRMATION])
async def test_holds_are_placed_found_and_lifted(site: Side, world: World, kind: Held) -> None:
    port, line = site.port(Holds), on_the_line(world)
    order = order_in(world, OrderStatus.RELEASED)
    match kind:
        case Held.ORDER:
            held = order.number
        case Held.MATERIAL:
            held = line.material
        case Held.BATCH:
            held = f"{line.material}/{line.batch}"
        case Held.CONFIRMATION:
            draft = report(order_in(world, OrderStatus.IN_PROGRESS))
            posted = await site.port(Confirmations).post_confirmation(draft, MARK)
            held = posted.number
    mark = Reference.of("hold")
    placed = await port.place_hold(PLANT, kind, held, "Check viscosity", mark)
    found = (await port.hold_by_reference(PLANT, mark)).value
    assert found is not None
    assert (found.number, found.object, found.active) == (placed.number, held, True)
    with pytest.raises(Refused):
        await port.place_hold(PLANT, kind, held, "Check viscosity", Reference.of("hold twice"))
    await port.lift_hold(placed.number, Reference.of("lift"))
    after = (await port.hold_by_reference(PLANT, mark)).value
    assert after == replace(found, active=False)
    assert world.ignition.orders[order.number].status is OrderStatus.RELEASED


async def test_a_held_order_takes_no_confirmation(site: Side, world: World) -> None:
    order = order_in(world, OrderStatus.IN_PROGRESS)
    await site.port(Holds).place_hold(PLANT, Held.ORDER, order.number, "stop", MARK)
    with pytest.raises(Refused, match="held"):
        await site.port(Confirmations).post_confirmation(report(order), Reference.of("r"))


async def test_a_task_is_opened_found_and_closed(site: Side, world: World) -> None:
    port = site.port(Tasks)
    draft = TaskDraft(PLANT, "Prüfen", "Warum 40 % mehr?", due_at=world.clock.now())
    opened = await port.open_task(draft, MARK)
    found = (await port.task_by_reference(PLANT, MARK)).value
    assert found is not None
    assert (found.number, found.title, found.open) == (opened.number, draft.title, True)
    await port.close_task(opened.number)
    with pytest.raises(Refused, match="already_closed"):
        await port.close_task(opened.number)


async def _delivered(world: World) -> None:
    world.clock.advance(world.ignition.outbound.delay.total_seconds())
    settle(world)


async def _state(port: Confirmations, number: str) -> ConfirmationState:
    entry: Confirmation = (await port.confirmation(number)).value
    return entry.state

"""What is posted happens once, is found again by its reference, and travels on to the ERP."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tools.errors import NotFound, NotOffered, Refused
from tools.objects.confirmation import (
    ActivityUse,
    ConfirmationDraft,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.nonconformance import Held
from tools.objects.order import Component, Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.sync import SyncState
from tools.objects.task import TaskDraft
from tools.ports import (
    Confirmations,
    Holds,
    Messages,
    Movements,
    Orders,
    Side,
    Stock,
    Tasks,
)
from tools.sandbox.dm.server import settle
from tools.sandbox.servers import Server
from tools.sandbox.world import World

PLANT = "1010"
MARK = Reference.of("test")


def running(world: World) -> tuple[ProductionOrder, Operation]:
    """Return an order in execution with an operation that has something left to make."""
    for order in world.dm.orders.values():
        for operation in order.operations:
            rest = operation.planned - operation.yielded - operation.scrapped
            going = order.status is OrderStatus.IN_PROGRESS and not operation.finished_at
            if going and rest.amount >= 5:
                return order, operation
    raise AssertionError("no order is running")


def draft(world: World, amount: int = 2, *, scrap: int = 0) -> ConfirmationDraft:
    order, operation = running(world)
    unit = order.quantity.unit
    return ConfirmationDraft(
        order=order.number,
        operation=operation.number,
        yielded=Quantity(Decimal(amount), unit),
        scrapped=Quantity(Decimal(scrap), unit),
        reworked=Quantity(Decimal(0), unit),
        posting_date=world.clock.now().date(),
    )


def line_use(world: World) -> MaterialUse:
    there = next(line for line in world.dm.stock.values() if line.quantity.amount > 10)
    one = Quantity(Decimal(3), there.quantity.unit)
    return MaterialUse(there.material, one, there.location, there.batch)


async def on_hand(side: Side, use: MaterialUse) -> Decimal:
    lines = (await side.port(Stock).stock(use.material, PLANT)).value
    return sum((one.quantity.amount for one in lines), Decimal(0))


@pytest.fixture(params=["desk", "public"])
def side(request: pytest.FixtureRequest, dm: Side, public: Side) -> Side:
    return dm if request.param == "desk" else public


async def test_a_confirmation_is_found_by_its_reference(side: Side, world: World) -> None:
    confirmations, sent = side.port(Confirmations), draft(world, 2, scrap=1)
    posted = await confirmations.post_confirmation(sent, MARK)
    read = (await confirmations.confirmation_by_reference(sent.order, MARK)).value
    assert read is not None
    assert (read.yielded, read.scrapped, read.reference) == (sent.yielded, sent.scrapped, MARK.guid)
    assert read.state is ConfirmationState.PENDING
    assert posted.number in world.dm.confirmations
    assert world.journal.duplicates() == []


async def test_a_confirmation_counts_on_its_operation(side: Side, world: World) -> None:
    order, before = running(world)
    await side.port(Confirmations).post_confirmation(draft(world, 2, scrap=1), MARK)
    read = (await side.port(Orders).order(order.number)).value
    after = next(one for one in read.operations if one.number == before.number)
    assert after.yielded.amount - before.yielded.amount == 2
    assert after.scrapped.amount - before.scrapped.amount == 1


async def test_the_desk_takes_components_times_and_a_note_along(dm: Side, world: World) -> None:
    use = line_use(world)
    before = await on_hand(dm, use)
    sent = replace(
        draft(world),
        uses=(use,),
        activities=(ActivityUse("MACHINE", Quantity(Decimal(7), "MIN")),),
        note="Setup took longer",
    )
    posted = await dm.port(Confirmations).post_confirmation(sent, MARK)
    read = (await dm.port(Confirmations).confirmation(posted.number)).value
    assert (read.uses, read.activities, read.note) == ((use,), sent.activities, sent.note)
    assert await on_hand(dm, use) == before - 3
    assert len(read.documents) == 1


async def test_what_is_backflushed_is_taken_as_planned_unless_it_is_said(
    side: Side, world: World
) -> None:
    order, operation = running(world)
    component = Component(
        reservation=order.number,
        item="90",
        material=line_use(world).material,
        required=order.quantity * 3,
        withdrawn=order.quantity.zero(),
        operation=operation.number,
        backflushed=True,
    )
    world.dm.components[order.number] = (component,)
    posted = await side.port(Confirmations).post_confirmation(draft(world, 2), MARK)
    (use,) = world.dm.confirmations[posted.number].uses
    assert (use.material, use.quantity.amount) == (component.material, 6)
    read = (await side.port(Orders).order(order.number)).value
    assert read.components[0].withdrawn.amount == 6


async def test_without_the_desk_what_cannot_be_carried_is_not_offered(
    public: Side, world: World
) -> None:
    for sent in (
        replace(draft(world), note="Setup took longer"),
        replace(draft(world), uses=(line_use(world),)),
    ):
        with pytest.raises(NotOffered, match="without the desk"):
            await public.port(Confirmations).post_confirmation(sent, MARK)
    assert world.journal.entries == []


async def test_more_than_the_plan_and_its_tolerance_is_refused(side: Side, world: World) -> None:
    order, _ = running(world)
    with pytest.raises(Refused) as refused:
        await side.port(Confirmations).post_confirmation(draft(world, 9999), MARK)
    assert refused.value.messages[0].code == "quantity.exceedsTolerance"
    assert world.dm.orders[order.number] == order
    assert [entry.committed for entry in world.journal.entries] == [False]
    assert world.journal.entries[0].reference == MARK.guid


async def test_an_order_nobody_knows_is_not_found(side: Side, world: World) -> None:
    with pytest.raises(NotFound):
        await side.port(Confirmations).post_confirmation(
            replace(draft(world), order="1999999"), MARK
        )


@pytest.mark.usefixtures("erp")
async def test_a_confirmation_reaches_the_erp_a_moment_later(dm: Side, world: World) -> None:
    sent = replace(draft(world), uses=())
    posted = await dm.port(Confirmations).post_confirmation(sent, MARK)
    (waiting,) = (await dm.port(Messages).messages(PLANT)).value
    assert (waiting.state, waiting.confirmation) == (SyncState.QUEUED, posted.number)
    world.clock.advance(60)
    read = (await dm.port(Confirmations).confirmation(posted.number)).value
    assert read.state is ConfirmationState.POSTED
    assert (await dm.port(Messages).messages(PLANT)).value == ()
    assert [entry.reference for entry in world.journal.committed(Server.S4)] == [MARK.guid]


@pytest.mark.usefixtures("erp")
async def test_what_the_erp_refuses_fails_with_its_message_and_can_be_sent_again(
    dm: Side, world: World
) -> None:
    sent = replace(draft(world), uses=())
    posted = await dm.port(Confirmations).post_confirmation(sent, MARK)
    world.s4.lock(f"order {sent.order}", world.clock.now() + timedelta(hours=1))
    world.clock.advance(60)
    (failed,) = (await dm.port(Messages).messages(PLANT)).value
    assert failed.state is SyncState.FAILED
    assert failed.refusals
    read = (await dm.port(Confirmations).confirmation(posted.number)).value
    assert read.state is ConfirmationState.REFUSED
    world.clock.advance(3600)
    await dm.port(Messages).retry_message(failed.number, Reference.of("again"))
    world.clock.advance(60)
    sent_again = (await dm.port(Messages).message(failed.number)).value
    assert (sent_again.state, sent_again.attempts) == (SyncState.SUCCEEDED, 2)
    with pytest.raises(Refused):
        await dm.port(Messages).retry_message(failed.number, Reference.of("once more"))


@pytest.mark.usefixtures("erp")
async def test_a_held_confirmation_waits_until_it_is_freed(dm: Side, world: World) -> None:
    confirmations = dm.port(Confirmations)
    number = (await confirmations.post_confirmation(replace(draft(world), uses=()), MARK)).number
    await confirmations.hold_confirmation(number, "twice the usual", Reference.of("hold"))
    world.clock.advance(60)
    assert (await confirmations.confirmation(number)).value.state is ConfirmationState.HELD
    held = (await dm.port(Holds).holds(PLANT)).value
    assert (Held.CONFIRMATION, number) in {(one.kind, one.object) for one in held}
    with pytest.raises(Refused):
        await confirmations.hold_confirmation(number, "again", Reference.of("hold again"))
    await confirmations.free_confirmation(number, Reference.of("free"))
    world.clock.advance(60)
    assert (await confirmations.confirmation(number)).value.state is ConfirmationState.POSTED
    assert len(world.journal.committed(Server.S4)) == 1


async def test_a_cancelled_confirmation_gives_everything_back(dm: Side, world: World) -> None:
    order, use = running(world)[0], line_use(world)
    before = await on_hand(dm, use)
    confirmations = dm.port(Confirmations)
    sent = replace(draft(world), uses=(use,), final=True)
    number = (await confirmations.post_confirmation(sent, MARK)).number
    undo = await confirmations.cancel_confirmation(number, Reference.of("undo"))
    read = {one.number: one for one in (await confirmations.confirmations(order.number)).value}
    assert read[number].state is ConfirmationState.CANCELLED
    assert read[undo.number].reverses == number
    assert await on_hand(dm, use) == before
    now = (await dm.port(Orders).order(order.number)).value
    assert now.yielded == order.yielded
    assert [one.finished_at for one in now.operations] == [
        one.finished_at for one in order.operations
    ]
    with pytest.raises(Refused):
        await confirmations.cancel_confirmation(number, Reference.of("undo twice"))


async def test_an_order_on_hold_takes_nothing_until_the_hold_is_lifted(
    dm: Side, world: World
) -> None:
    order, holds, mark = running(world)[0], dm.port(Holds), Reference.of("hold")
    sent = draft(world)
    placed = await holds.place_hold(PLANT, Held.ORDER, order.number, "drawing", mark)
    found = (await holds.hold_by_reference(PLANT, mark)).value
    assert found is not None
    assert (found.number, found.object, found.active) == (placed.number, order.number, True)
    assert (await dm.port(Orders).order(order.number)).value.status is OrderStatus.ON_HOLD
    with pytest.raises(Refused, match="on hold"):
        await dm.port(Confirmations).post_confirmation(sent, MARK)
    await holds.lift_hold(placed.number, Reference.of("lift"))
    lifted = (await holds.hold_by_reference(PLANT, mark)).value
    assert lifted is not None
    assert not lifted.active
    await dm.port(Confirmations).post_confirmation(sent, MARK)


async def test_a_material_on_hold_is_not_issued(dm: Side, world: World) -> None:
    use = line_use(world)
    await dm.port(Holds).place_hold(PLANT, Held.MATERIAL, use.material, "crack", MARK)
    with pytest.raises(Refused, match="crack"):
        await dm.port(Movements).post_movement(issue(world, use), Reference.of("issue"))


def issue(world: World, use: MaterialUse, *more: GoodsMovement) -> MovementDraft:
    order, operation = running(world)
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=use.material,
        plant=PLANT,
        quantity=use.quantity,
        location=use.location,
        batch=use.batch,
        order=order.number,
        operation=operation.number,
    )
    return MovementDraft(world.clock.now().date(), (line, *more), "Line side")


async def test_a_goods_issue_is_booked_and_found_by_its_reference(
    side: Side, dm: Side, world: World
) -> None:
    use = line_use(world)
    before = await on_hand(side, use)
    posted = await side.port(Movements).post_movement(issue(world, use), MARK)
    found = (await dm.port(Movements).movement_by_reference(MARK)).value
    assert found is not None
    assert (found.number, found.reference) == (posted.number, MARK.short)
    assert (found.lines[0].quantity, found.header_text) == (use.quantity, "Line side")
    assert await on_hand(side, use) == before - 3


async def test_a_goods_issue_is_taken_back(dm: Side, world: World) -> None:
    use = line_use(world)
    before = await on_hand(dm, use)
    posted = await dm.port(Movements).post_movement(issue(world, use), MARK)
    undone = await dm.port(Movements).cancel_movement(posted.number, Reference.of("undo"))
    first = (await dm.port(Movements).movement(posted.number)).value
    second = (await dm.port(Movements).movement(undone.number)).value
    assert (first.reversed_by, second.reverses) == (second.number, first.number)
    assert await on_hand(dm, use) == before


@pytest.mark.usefixtures("erp")
async def test_goods_issues_reach_the_erp_under_their_reference(dm: Side, world: World) -> None:
    await dm.port(Movements).post_movement(issue(world, line_use(world)), MARK)
    world.clock.advance(60)
    settle(world)
    assert [entry.reference for entry in world.journal.committed(Server.S4)] == [MARK.short]


async def test_more_than_there_is_cannot_be_issued(dm: Side, world: World) -> None:
    use = line_use(world)
    much = replace(use, quantity=Quantity(Decimal(10**7), use.quantity.unit))
    with pytest.raises(Refused) as refused:
        await dm.port(Movements).post_movement(issue(world, much), MARK)
    assert refused.value.messages[0].code == "inventory.insufficient"


async def test_a_product_is_received_and_taken_back(dm: Side, world: World) -> None:
    order = running(world)[0]
    line = GoodsMovement(
        type=MovementType.RECEIPT_ORDER,
        material=order.material,
        plant=PLANT,
        quantity=Quantity(Decimal(2), order.quantity.unit),
        location="0003",
        order=order.number,
    )
    movements = dm.port(Movements)
    posted = await movements.post_movement(MovementDraft(world.clock.now().date(), (line,)), MARK)
    found = (await movements.movement_by_reference(MARK)).value
    assert found is not None
    assert (found.number, found.lines[0].quantity) == (posted.number, line.quantity)
    await movements.cancel_movement(posted.number, Reference.of("undo"))
    assert (await movements.movement(posted.number)).value.reversed_by
    with pytest.raises(Refused):
        await movements.cancel_movement(posted.number, Reference.of("undo twice"))


async def test_a_document_of_several_lines_is_not_offered(dm: Side, world: World) -> None:
    use = line_use(world)
    second = issue(world, use).lines[0]
    with pytest.raises(NotOffered, match="several lines"):
        await dm.port(Movements).post_movement(issue(world, use, second), MARK)


async def test_an_order_is_released_once_and_completed(dm: Side, world: World) -> None:
    order = running(world)[0]
    created = replace(order, number="1000999", status=OrderStatus.CREATED, operations=())
    world.dm.orders[created.number] = created
    orders = dm.port(Orders)
    await orders.release(created.number, etag=None)
    assert (await orders.order(created.number)).value.status is OrderStatus.RELEASED
    with pytest.raises(Refused):
        await orders.release(created.number, etag=None)
    await orders.complete(created.number, etag=None)
    assert (await orders.order(created.number)).value.status is OrderStatus.CONFIRMED
    with pytest.raises(NotOffered):
        await orders.close(created.number, etag=None)


async def test_a_task_is_opened_found_and_closed(dm: Side, world: World) -> None:
    tasks, order = dm.port(Tasks), running(world)[0].number
    draft = TaskDraft(PLANT, "Why 12 kg?", "Setup waste\nor wrong unit?", order, "M. Keller")
    posted = await tasks.open_task(draft, MARK)
    found = (await tasks.task_by_reference(PLANT, MARK)).value
    assert found is not None
    assert (found.number, found.title, found.text) == (posted.number, draft.title, draft.text)
    assert (found.order, found.assignee, found.open) == (order, draft.assignee, True)
    await tasks.close_task(posted.number)
    closed = (await tasks.task_by_reference(PLANT, MARK)).value
    assert closed is not None
    assert not closed.open
    assert closed not in (await tasks.tasks(PLANT)).value


async def test_it_is_the_same_over_asgi(over_asgi: Side, world: World) -> None:
    posted = await over_asgi.port(Confirmations).post_confirmation(draft(world), MARK)
    read = (await over_asgi.port(Confirmations).confirmation(posted.number)).value
    assert read.reference == MARK.guid

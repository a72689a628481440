"""Orders read the same from every ERP, and move by the same steps."""

import pytest

from tools.book import PlantBook
from tools.errors import NotFound, Refused, Stale
from tools.fakes.examples import order_in
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.reading import System
from tools.ports import Orders, Side


def facts(order: ProductionOrder) -> dict[str, object]:
    return {
        "number": order.number,
        "plant": order.plant,
        "material": order.material,
        "category": order.category,
        "type": order.type,
        "status": order.status,
        "quantity": order.quantity,
        "yielded": order.yielded,
        "scrapped": order.scrapped,
        "delivered": order.delivered,
        "planned": (order.planned_start, order.planned_end),
        "priority": order.priority,
        "locked": order.locked,
        "version": order.production_version,
    }


@pytest.mark.parametrize(
    "status", [OrderStatus.CREATED, OrderStatus.PARTIALLY_CONFIRMED, OrderStatus.DELIVERED]
)
async def test_an_order_is_read_whole(erp: Side, book: PlantBook, status: OrderStatus) -> None:
    known = order_in(book, status)
    reading = await erp.port(Orders).order(known.number)
    assert facts(reading.value) == facts(known)
    assert [
        (step.number, step.work_center, step.planned, step.yielded, step.scrapped)
        for step in reading.value.operations
    ] == [
        (step.number, step.work_center, step.planned, step.yielded, step.scrapped)
        for step in known.operations
    ]
    assert reading.value.components == known.components
    assert (reading.system, reading.read_at) == (System.ERP, erp.clock())
    assert reading.etag


async def test_a_padded_number_names_the_same_order(erp: Side, book: PlantBook) -> None:
    number = book.erp.orders[0].number
    orders = erp.port(Orders)
    assert (await orders.order(number.zfill(12))).value == (await orders.order(number)).value


async def test_the_orders_of_a_plant_are_those_not_closed(erp: Side, book: PlantBook) -> None:
    found = (await erp.port(Orders).orders(book.plant)).value
    wanted = [order for order in book.erp.orders if order.status is not OrderStatus.CLOSED]
    assert {order.number: facts(order) for order in found} == {
        order.number: facts(order) for order in wanted
    }
    assert not any(order.operations or order.components for order in found)


async def test_an_order_nobody_knows_is_not_found(erp: Side, book: PlantBook) -> None:
    with pytest.raises(NotFound):
        await erp.port(Orders).order("7999999")


async def test_a_created_order_can_be_released_completed_and_closed(
    erp: Side, book: PlantBook
) -> None:
    orders, number = erp.port(Orders), order_in(book, OrderStatus.CREATED).number
    for step, status in (
        (orders.release, OrderStatus.RELEASED),
        (orders.complete, OrderStatus.TECHNICALLY_COMPLETED),
        (orders.close, OrderStatus.CLOSED),
    ):
        before = await orders.order(number)
        posted = await step(number, etag=before.etag)
        assert posted.number == number
        assert (await orders.order(number)).value.status is status


@pytest.mark.parametrize("etag", [None, "W/\"'19990101000000'\""])
async def test_a_step_that_rests_on_an_older_state_is_stale(
    erp: Side, book: PlantBook, etag: str | None
) -> None:
    orders, number = erp.port(Orders), order_in(book, OrderStatus.CREATED).number
    with pytest.raises(Stale):
        await orders.release(number, etag=etag)
    assert (await orders.order(number)).value.status is OrderStatus.CREATED


async def test_a_step_the_status_does_not_allow_is_refused(erp: Side, book: PlantBook) -> None:
    orders, number = erp.port(Orders), order_in(book, OrderStatus.CLOSED).number
    reading = await orders.order(number)
    with pytest.raises(Refused):
        await orders.release(number, etag=reading.etag)

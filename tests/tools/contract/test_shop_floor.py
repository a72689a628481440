"""What a MES keeps reads and writes the same, whichever MES it is."""

import pytest

from tools.book import PlantBook
from tools.errors import NotFound, Refused
from tools.fakes.examples import first
from tools.objects.nonconformance import Held
from tools.objects.order import OrderStatus
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.task import TaskDraft
from tools.ports import Confirmations, Holds, Orders, Scraps, ShopFloor, Side, Stock, Tasks


async def test_an_order_is_read_as_the_shop_floor_sees_it(mes: Side, book: PlantBook) -> None:
    for status in (OrderStatus.RELEASED, OrderStatus.IN_PROGRESS, OrderStatus.CONFIRMED):
        known = first(order for order in book.mes.orders if order.status is status)
        reading = await mes.port(Orders).order(known.number)
        found = reading.value
        assert reading.system is System.MES
        assert (found.number, found.plant, found.material) == (
            known.number,
            known.plant,
            known.material,
        )
        assert (found.status, found.quantity) == (known.status, known.quantity)
        assert [step.number for step in found.operations] == [
            step.number for step in known.operations
        ]


async def test_an_order_the_shop_floor_does_not_know_is_not_found(mes: Side) -> None:
    with pytest.raises(NotFound):
        await mes.port(Orders).order("7999999")


async def test_confirmations_are_read_with_what_the_operator_typed(
    mes: Side, book: PlantBook
) -> None:
    known = book.mes.confirmations[0]
    found = (await mes.port(Confirmations).confirmations(known.order)).value
    wanted = {one.number: one for one in book.mes.confirmations if one.order == known.order}
    assert {one.number for one in found} == set(wanted)
    for one in found:
        assert (one.yielded, one.scrapped, one.operation, one.note) == (
            wanted[one.number].yielded,
            wanted[one.number].scrapped,
            wanted[one.number].operation,
            wanted[one.number].note,
        )


async def test_scrap_and_line_side_stock_are_read(mes: Side, book: PlantBook) -> None:
    known = book.mes.scraps[0]
    reports = (await mes.port(Scraps).scrap_reports(known.order)).value
    assert (known.operation, known.quantity) in {(one.operation, one.quantity) for one in reports}
    line = first(line for line in book.mes.stock if line.quantity)
    lines = (await mes.port(Stock).stock(line.material, line.plant)).value
    assert (line.location, line.quantity) in {(one.location, one.quantity) for one in lines}


async def test_a_hold_is_found_by_its_reference_and_lifted(mes: Side, book: PlantBook) -> None:
    holds, mark = mes.port(Holds), Reference.of("hold")
    order = first(one for one in book.mes.orders if one.status is OrderStatus.RELEASED)
    assert (await holds.hold_by_reference(book.plant, mark)).value is None
    posted = await holds.place_hold(book.plant, Held.ORDER, order.number, "Drawing", mark)
    found = (await holds.hold_by_reference(book.plant, mark)).value
    assert found is not None
    assert (found.number, found.kind, found.object) == (posted.number, Held.ORDER, order.number)
    assert found.number in {hold.number for hold in (await holds.holds(book.plant)).value}
    await holds.lift_hold(posted.number, Reference.of("lift"))
    assert found.number not in {hold.number for hold in (await holds.holds(book.plant)).value}
    with pytest.raises(Refused):
        await holds.lift_hold(posted.number, Reference.of("lift again"))


async def test_a_task_is_found_by_its_reference_and_closed(mes: Side, book: PlantBook) -> None:
    tasks, mark = mes.port(Tasks), Reference.of("task")
    order = book.mes.orders[0].number
    assert (await tasks.task_by_reference(book.plant, mark)).value is None
    posted = await tasks.open_task(
        TaskDraft(book.plant, "Count the screws", "Two systems disagree.", order), mark
    )
    found = (await tasks.task_by_reference(book.plant, mark)).value
    assert found is not None
    assert (found.number, found.title, found.order) == (posted.number, "Count the screws", order)
    await tasks.close_task(posted.number)
    assert posted.number not in {task.number for task in (await tasks.tasks(book.plant)).value}


async def test_machines_shifts_and_certificates_are_read(mes: Side, book: PlantBook) -> None:
    floor, known = mes.port(ShopFloor), book.mes.machines[0]
    found = (await floor.machine(known.work_center, book.plant)).value
    assert (found.state, found.order) == (known.state, known.order)
    shifts = (await floor.shifts(book.plant)).value
    assert {shift.name for shift in shifts} == {shift.name for shift in book.mes.shifts}
    certificates = (await floor.certificates(book.plant)).value
    assert {(one.operator, one.skill) for one in certificates} == {
        (one.operator, one.skill) for one in book.mes.certificates
    }

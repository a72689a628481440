"""What DM holds comes back as it is in the plant's book."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tools.book import PlantBook
from tools.connection import Connection
from tools.errors import NotFound, NotOffered
from tools.mes.sap_dm import DmPlant, probe
from tools.objects.confirmation import Confirmation
from tools.objects.movement import MaterialDocument
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.ports import (
    Assets,
    Boms,
    Confirmations,
    Holds,
    Inspections,
    Messages,
    Movements,
    Nonconformances,
    Orders,
    Scraps,
    ShopFloor,
    Side,
    Stock,
    Tasks,
)
from tools.sandbox.world import World

PLANT = "1010"
Connect = Callable[..., Connection]


def running(book: PlantBook) -> ProductionOrder:
    return next(one for one in book.mes.orders if one.status is OrderStatus.IN_PROGRESS)


def confirmed(book: PlantBook, order: str) -> tuple[Confirmation, ...]:
    return tuple(one for one in book.mes.confirmations if one.order == order)


def booked(book: PlantBook, order: str) -> tuple[MaterialDocument, ...]:
    return tuple(
        document
        for document in book.mes.documents
        if any(line.order == order for line in document.lines)
    )


async def test_every_order_of_the_plant_reads_as_it_stands(dm: Side, book: PlantBook) -> None:
    orders = dm.port(Orders)
    listed = {one.number: one for one in (await orders.orders(PLANT)).value}
    assert set(listed) == {one.number for one in book.mes.orders}
    for held in book.mes.orders[:20]:
        read = (await orders.order(held.number)).value
        for one in (read, listed[held.number]):
            assert one.status is held.status
            assert (one.quantity, one.yielded) == (held.quantity, held.yielded)
            assert (one.scrapped, one.delivered) == (held.scrapped, held.delivered)
        assert [replace(one, description="", control_key="") for one in read.operations] == [
            replace(one, description="", control_key="") for one in held.operations
        ]


async def test_an_order_shows_what_its_components_need_and_have_taken(
    dm: Side, book: PlantBook
) -> None:
    number = running(book).number
    in_erp = next(one for one in book.erp.orders if one.number == number)
    read = (await dm.port(Orders).order(number)).value
    assert read.components == in_erp.components


async def test_a_padded_order_number_names_the_same_order(dm: Side, book: PlantBook) -> None:
    number = running(book).number
    assert (await dm.port(Orders).order(number.zfill(12))).value.number == number


async def test_a_reading_says_where_it_is_from_and_when(
    dm: Side, book: PlantBook, world: World
) -> None:
    reading = await dm.port(Orders).order(running(book).number)
    assert (reading.system, reading.read_at) == (System.MES, world.clock.now())


async def test_confirmations_come_with_notes_components_and_times(
    dm: Side, book: PlantBook
) -> None:
    order, confirmations = running(book).number, dm.port(Confirmations)
    held = confirmed(book, order)
    assert (await confirmations.confirmations(order)).value == held
    assert (await confirmations.confirmation(held[0].number)).value == held[0]


async def test_without_the_desk_a_confirmation_has_its_quantities(
    public: Side, book: PlantBook
) -> None:
    order = running(book).number
    read = (await public.port(Confirmations).confirmations(order)).value
    assert [(one.operation, one.yielded, one.scrapped, one.state) for one in read] == [
        (one.operation, one.yielded, one.scrapped, one.state) for one in confirmed(book, order)
    ]


async def test_goods_movements_are_the_documents_of_the_order(dm: Side, book: PlantBook) -> None:
    order, movements = running(book).number, dm.port(Movements)
    held = booked(book, order)
    assert (await movements.movements(order)).value == held
    assert (await movements.movement(held[0].number)).value == held[0]
    material = held[0].lines[0].material
    newest = (await movements.movements_of(material, PLANT)).value
    assert held[0] in newest
    assert sorted(newest, key=lambda one: one.entered_at, reverse=True) == list(newest)


async def test_without_the_desk_goods_movements_add_up_the_same(
    public: Side, book: PlantBook
) -> None:
    for order in [one.number for one in book.mes.orders if one.yielded][:4]:
        held = booked(book, order)
        read = (await public.port(Movements).movements(order)).value
        assert {one.number for one in read} == {one.number for one in held}
        taken = {(line.material, line.quantity) for one in held for line in one.lines}
        assert {(line.material, line.quantity) for one in read for line in one.lines} == taken


async def test_stock_at_the_line_is_counted_in_base_units(dm: Side, book: PlantBook) -> None:
    for line in book.mes.stock[:5]:
        assert line in (await dm.port(Stock).stock(line.material, PLANT)).value


async def test_defects_scrap_holds_and_tasks_are_as_logged(dm: Side, book: PlantBook) -> None:
    pages = book.mes
    defect, report = pages.nonconformances[0], pages.scraps[0]
    assert (await dm.port(Nonconformances).nonconformances(defect.order)).value == (defect,)
    assert report in (await dm.port(Scraps).scrap_reports(report.order)).value
    assert (await dm.port(Holds).holds(PLANT)).value == tuple(pages.holds)
    assert (await dm.port(Tasks).tasks(PLANT)).value == tuple(pages.tasks)
    assert (await dm.port(Messages).messages(PLANT)).value == ()


async def test_the_shop_floor_is_as_it_stands(dm: Side, book: PlantBook) -> None:
    floor, pages = dm.port(ShopFloor), book.mes
    for machine in pages.machines:
        assert (await floor.machine(machine.work_center, PLANT)).value == machine
        planned = tuple(one for one in pages.schedule if one.work_center == machine.work_center)
        assert (await floor.schedule(machine.work_center, PLANT)).value == planned
    for unit in pages.work_in_progress[:5]:
        assert (await floor.work_in_progress(unit.order)).value == (unit,)
    assert set((await floor.certificates(PLANT)).value) == set(pages.certificates)
    shifts = (await floor.shifts(PLANT)).value
    assert shifts == tuple(replace(one, operators=()) for one in pages.shifts)


async def test_stops_are_known_by_machine_time_and_reason(dm: Side, book: PlantBook) -> None:
    read = (await dm.port(ShopFloor).downtimes(PLANT)).value
    seen = {(one.work_center, one.started_at, one.ended_at, one.reason) for one in read}
    held = book.mes.downtimes
    assert seen == {(one.work_center, one.started_at, one.ended_at, one.reason) for one in held}
    assert [one.started_at for one in read] == sorted(
        (one.started_at for one in read), reverse=True
    )


async def test_a_resource_leads_to_the_equipment_of_the_erp(dm: Side, book: PlantBook) -> None:
    center = book.work_centers[0]
    (asset,) = (await dm.port(Assets).equipment_at(center.number, PLANT)).value
    assert asset.number == center.equipment
    assert (await dm.port(Assets).equipment(asset.number)).value == asset


async def test_a_bill_of_material_has_its_alternatives(dm: Side, book: PlantBook) -> None:
    held = next(one for one in book.boms if any(item.priority > 1 for item in one.items))
    read = (await dm.port(Boms).bom(held.material, PLANT)).value
    assert {(item.component, item.priority) for item in read.items} == {
        (item.component, item.priority) for item in held.items
    }


async def test_what_dm_does_not_have_is_not_found(dm: Side, book: PlantBook) -> None:
    with pytest.raises(NotFound, match="1999999"):
        await dm.port(Orders).order("1999999")
    with pytest.raises(NotFound):
        await dm.port(Confirmations).confirmation("QC99")
    with pytest.raises(NotFound):
        await dm.port(Movements).movement("TX99")
    nobody = Reference.of("nobody")
    assert (await dm.port(Movements).movement_by_reference(nobody)).value is None
    assert (await dm.port(Tasks).task_by_reference(PLANT, nobody)).value is None
    assert (await dm.port(Holds).hold_by_reference(PLANT, nobody)).value is None


async def test_what_dm_does_not_do_is_not_offered(dm: Side, public: Side) -> None:
    with pytest.raises(NotOffered):
        dm.port(Inspections)
    with pytest.raises(NotOffered, match="plant 1710"):
        await dm.port(Orders).orders("1710")
    for asking in (
        public.port(Holds).holds(PLANT),
        public.port(Messages).messages(PLANT),
        public.port(Confirmations).confirmation("QC1"),
        public.port(Confirmations).hold_confirmation("QC1", "why", Reference.of("a")),
    ):
        with pytest.raises(NotOffered, match="published no process"):
            await asking


async def test_the_doctor_learns_what_the_site_has_published(
    connect: Connect, world: World
) -> None:
    info = await probe(connect(), DmPlant(PLANT))
    assert info.work_centers == len(world.dm.floors[PLANT].work_centers)
    assert "hold_confirmation" in info.missing

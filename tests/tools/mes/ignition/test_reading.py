"""What is read through the wrapper is what the site holds, record for record."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tools.connection import Connection
from tools.errors import NotFound
from tools.mes.ignition import probe
from tools.objects.reading import System
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.ports import (
    Confirmations,
    Holds,
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
from tools.sandbox.ignition.server import serve
from tools.sandbox.world import World

PLANT = "1710"
Connect = Callable[..., Connection]


def orders_of(world: World) -> list[str]:
    return [one.number for one in world.ignition.orders.values() if one.plant == PLANT]


async def test_every_order_is_read_as_the_site_keeps_it(site: Side, world: World) -> None:
    for number in orders_of(world):
        reading = await site.port(Orders).order(number)
        assert replace(reading.value, native_status="") == world.ignition.orders[number]
        assert reading.system is System.MES
        assert reading.read_at == world.clock.now()
        assert reading.etag == '"1"'


async def test_padded_and_plain_numbers_name_one_order(site: Side, world: World) -> None:
    number = orders_of(world)[0]
    padded = await site.port(Orders).order(number.zfill(12))
    assert padded.value.number == number


async def test_a_list_of_orders_comes_without_operations(site: Side, world: World) -> None:
    reading = await site.port(Orders).orders(PLANT)
    assert {one.number for one in reading.value} == set(orders_of(world))
    assert all(one.operations == () and one.components == () for one in reading.value)
    assert reading.etag is None


async def test_what_was_made_scrapped_used_and_logged_is_read_alike(
    site: Side, world: World
) -> None:
    state = world.ignition
    for number in orders_of(world):
        made = await site.port(Confirmations).confirmations(number)
        assert list(made.value) == [
            one for one in state.confirmations.values() if one.order == number
        ]
        defects = await site.port(Nonconformances).nonconformances(number)
        assert list(defects.value) == [one for one in state.nonconformances if one.order == number]
        scraps = await site.port(Scraps).scrap_reports(number)
        assert list(scraps.value) == [one for one in state.scraps if one.order == number]
        work = await site.port(ShopFloor).work_in_progress(number)
        assert list(work.value) == [one for one in state.work_in_progress if one.order == number]


async def test_consumption_is_read_by_order_and_by_material_newest_first(
    site: Side, world: World
) -> None:
    documents = world.ignition.documents
    one = next(iter(documents.values()))
    line = one.lines[0]
    assert line.order is not None
    by_order = (await site.port(Movements).movements(line.order)).value
    assert {entry.number: entry for entry in by_order} == {
        entry.number: entry
        for entry in documents.values()
        if any(each.order == line.order for each in entry.lines)
    }
    by_material = (await site.port(Movements).movements_of(line.material, line.plant)).value
    assert one in by_material
    times = [entry.entered_at for entry in by_material]
    assert times == sorted(times, reverse=True)
    assert (await site.port(Movements).movement(one.number)).value == one


async def test_the_floor_is_read_as_it_is(site: Side, world: World) -> None:
    floor, state = site.port(ShopFloor), world.ignition
    machine = next(one for one in state.machines if one.plant == PLANT)
    assert (await floor.machine(machine.work_center, PLANT)).value == machine
    queue = (await floor.schedule(machine.work_center, PLANT)).value
    assert [one.sequence for one in queue] == list(range(1, len(queue) + 1))
    assert set((await floor.downtimes(PLANT)).value) == {
        one for one in state.downtimes if one.plant == PLANT
    }
    assert list((await floor.shifts(PLANT)).value) == [
        one for one in state.shifts if one.plant == PLANT
    ]
    assert list((await floor.certificates(PLANT)).value) == [
        one for one in state.certificates if one.plant == PLANT
    ]


async def test_stock_holds_and_tasks_are_read_as_they_are(site: Side, world: World) -> None:
    state = world.ignition
    line = next(one for one in state.stock.values() if one.plant == PLANT)
    assert line in (await site.port(Stock).stock(line.material, PLANT)).value
    assert set((await site.port(Holds).holds(PLANT)).value) == {
        one for one in state.holds.values() if one.plant == PLANT and one.active
    }
    assert set((await site.port(Tasks).tasks(PLANT)).value) == {
        one for one in state.tasks.values() if one.plant == PLANT and one.open
    }


async def test_a_refused_message_is_read_with_every_refusal(site: Side, world: World) -> None:
    message = SyncMessage(
        number="M1",
        plant=PLANT,
        type="movement",
        object="U1",
        state=SyncState.FAILED,
        queued_at=world.clock.now(),
        attempts=2,
        refusals=(Refusal("M7", "021", "Deficit"), Refusal("M7", "053", "Period")),
    )
    world.ignition.put_message(message)
    world.ignition.put_message(replace(message, number="M2", state=SyncState.SUCCEEDED))
    assert (await site.port(Messages).messages(PLANT)).value == (message,)
    assert (await site.port(Messages).message("M1")).value == message


async def test_pages_are_followed_to_the_end(site: Side, world: World) -> None:
    hold = next(iter(world.ignition.holds.values()))
    for count in range(450):
        world.ignition.put_hold(replace(hold, number=f"X{count}", plant=PLANT))
    found = (await site.port(Holds).holds(PLANT)).value
    assert len({one.number for one in found}) == len(found) >= 450


@pytest.mark.parametrize("order", ["99999999", "no such/order?x=1&y", "💡"])
async def test_an_unknown_order_is_not_found(site: Side, order: str) -> None:
    with pytest.raises(NotFound, match="unknown_order"):
        await site.port(Orders).order(order)


async def test_the_site_says_who_it_is(world: World, connect: Connect) -> None:
    info = await probe(connect(serve), world.clock.now)
    assert info.missing == ()
    assert PLANT in info.plants

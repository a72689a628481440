"""The CMMS through its wrapper: read as it is, written once, found again, refused with reasons."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tools.connection import Connection
from tools.errors import (
    Denied,
    Locked,
    Misread,
    NotFound,
    NotOffered,
    OutcomeUnknown,
    Refused,
    Stale,
)
from tools.maintenance.cmms import cmms, probe
from tools.objects.equipment import Equipment
from tools.objects.maintenance import (
    MaintenanceStatus,
    MaintenanceWindow,
    NotificationDraft,
    WorkOrderDraft,
)
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.units import UnknownUnit
from tools.ports import Assets, Maintenance, Side
from tools.sandbox.cmms.server import serve
from tools.sandbox.exchange import Request, Response, json_response
from tools.sandbox.world import World

PLANT = "1710"
Connect = Callable[..., Connection]


def always(response: Response) -> Callable[[Request], Response]:
    return lambda _: response


MARK = Reference.of("a", "notification")


def asset(world: World) -> Equipment:
    return next(one for one in world.cmms.equipment.values() if one.plant == PLANT)


def fault(world: World) -> NotificationDraft:
    now = world.clock.now()
    return NotificationDraft(
        plant=PLANT,
        equipment=asset(world).number,
        text="Lager heiß",
        long_text="85 °C an der Antriebsseite",
        breakdown=True,
        malfunction_start=now - timedelta(hours=1),
        malfunction_end=now,
    )


def work(world: World, notification: str | None = None) -> WorkOrderDraft:
    now = world.clock.now()
    return WorkOrderDraft(
        plant=PLANT,
        equipment=asset(world).number,
        text="Change bearing",
        type="PM01",
        start=now,
        end=now + timedelta(hours=3),
        notification=notification,
    )


async def test_everything_is_read_as_the_cmms_keeps_it(side: Side, world: World) -> None:
    state = world.cmms
    for one in [one for one in state.equipment.values() if one.plant == PLANT]:
        reading = await side.port(Assets).equipment(one.number)
        assert (reading.value, reading.system) == (one, System.CMMS)
        assert one in (await side.port(Assets).equipment_at(one.work_center or "", PLANT)).value
        noted = (await side.port(Maintenance).notifications(one.number)).value
        assert set(noted) == {
            entry for entry in state.notifications.values() if entry.equipment == one.number
        }
        ordered = (await side.port(Maintenance).maintenance_orders(one.number)).value
        assert set(ordered) == {
            entry for entry in state.orders.values() if entry.equipment == one.number
        }
    windows = (await side.port(Maintenance).windows(PLANT)).value
    assert set(windows) == {one for one in state.windows.values() if one.plant == PLANT}


async def test_a_plant_that_goes_by_another_code_there_is_called_by_it(
    connect: Connect, world: World
) -> None:
    own = cmms(connect(), clock=world.clock.now, sites={"2020": PLANT})
    one, port = asset(world), own.port(Maintenance)
    there = (await own.port(Assets).equipment_at(one.work_center or "", "2020")).value
    assert replace(one, plant="2020") in there
    assert {window.plant for window in (await port.windows("2020")).value} == {"2020"}
    noted = await port.notify(replace(fault(world), plant="2020"), MARK)
    ordered = await port.order_work(replace(work(world), plant="2020"), MARK)
    assert world.cmms.notifications[noted.number].plant == PLANT
    assert world.cmms.orders[ordered.number].plant == PLANT
    found = (await port.notification_by_reference(one.number, MARK)).value
    assert found is not None
    assert found.plant == "2020"


async def test_a_window_that_is_over_is_not_coming(side: Side, world: World) -> None:
    now = world.clock.now()
    past = MaintenanceWindow("W1", PLANT, "EQ", now - timedelta(hours=2), now, "past")
    world.cmms.windows["W1"] = past
    assert past not in (await side.port(Maintenance).windows(PLANT)).value


async def test_a_notification_is_found_by_its_reference(side: Side, world: World) -> None:
    port, draft = side.port(Maintenance), fault(world)
    posted = await port.notify(draft, MARK)
    found = (await port.notification_by_reference(draft.equipment, MARK)).value
    assert found is not None
    assert (found.number, found.text, found.long_text) == (
        posted.number,
        draft.text,
        draft.long_text,
    )
    assert (found.malfunction_start, found.breakdown) == (draft.malfunction_start, True)
    assert found.reference == MARK.short
    other = await port.notification_by_reference(draft.equipment, Reference.of("other"))
    assert other.value is None
    assert (await port.notifications(draft.equipment)).value[0] == found


async def test_sending_again_blindly_makes_a_duplicate_the_journal_shows(
    side: Side, world: World
) -> None:
    await side.port(Maintenance).notify(fault(world), MARK)
    await side.port(Maintenance).notify(fault(world), MARK)
    (duplicate,) = world.journal.duplicates()
    assert (duplicate.operation, duplicate.reference) == ("create notifications", MARK.key)


async def test_a_work_order_takes_its_notification_along(side: Side, world: World) -> None:
    port = side.port(Maintenance)
    noted = await port.notify(fault(world), MARK)
    mark = Reference.of("work order")
    ordered = await port.order_work(work(world, noted.number), mark)
    found = (await port.work_order_by_reference(asset(world).number, mark)).value
    assert found is not None
    assert (found.number, found.notification) == (ordered.number, noted.number)
    assert str(found.work) == "3 STD"
    about = world.cmms.notifications[noted.number]
    assert (about.status, about.order) == (MaintenanceStatus.IN_PROCESS, ordered.number)
    with pytest.raises(Refused, match="in_progress"):
        await port.order_work(work(world, noted.number), Reference.of("second"))


async def test_a_notification_is_completed_once(side: Side, world: World) -> None:
    port = side.port(Maintenance)
    noted = await port.notify(fault(world), MARK)
    done = await port.complete_notification(noted.number)
    assert done.etag != noted.etag
    assert world.cmms.notifications[noted.number].status is MaintenanceStatus.COMPLETED
    with pytest.raises(Refused, match="done"):
        await port.complete_notification(noted.number)


async def test_a_notification_changed_in_between_is_stale(world: World, connect: Connect) -> None:
    number = next(iter(world.cmms.notifications))

    def meddling(request: Request) -> Response:
        answer = serve(request)
        if request.method == "GET":
            world.cmms.put_notification(world.cmms.notifications[number])
        return answer

    side = cmms(connect(meddling), clock=world.clock.now)
    with pytest.raises(Stale, match="etag_stale"):
        await side.port(Maintenance).complete_notification(number)


async def test_a_locked_notification_may_be_tried_again(side: Side, world: World) -> None:
    number = next(iter(world.cmms.notifications))
    world.cmms.locked.add(number)
    with pytest.raises(Locked):
        await side.port(Maintenance).complete_notification(number)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"equipment": "NONE"}, "reference there is no equipment"),
        ({"plant": "1010"}, "site_mismatch"),
        ({"text": ""}, "value title"),
    ],
)
async def test_what_cannot_be_is_refused(
    side: Side, world: World, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        await side.port(Maintenance).notify(replace(fault(world), **changes), MARK)


async def test_a_retired_asset_takes_no_work(side: Side, world: World) -> None:
    one = asset(world)
    world.cmms.equipment[one.number] = replace(one, active=False)
    with pytest.raises(Refused, match="equipment_inactive"):
        await side.port(Maintenance).order_work(work(world), MARK)


async def test_work_does_not_end_before_it_starts(side: Side, world: World) -> None:
    draft = work(world)
    with pytest.raises(Refused, match="period"):
        await side.port(Maintenance).order_work(
            replace(draft, end=draft.start - timedelta(1)), MARK
        )


@pytest.mark.parametrize("number", ["NONE", "../windows", "a b/c?d"])
async def test_an_unknown_asset_is_not_found(side: Side, number: str) -> None:
    with pytest.raises(NotFound):
        await side.port(Assets).equipment(number)


async def test_long_lists_are_read_to_the_end(side: Side, world: World) -> None:
    one = asset(world)
    some = next(iter(world.cmms.notifications.values()))
    for count in range(230):
        world.cmms.put_notification(replace(some, number=f"N{count}", equipment=one.number))
    found = (await side.port(Maintenance).notifications(one.number)).value
    assert len({entry.number for entry in found}) == len(found) >= 230


async def test_the_cmms_says_who_it_is(world: World, connect: Connect) -> None:
    info = await probe(connect(), world.clock.now)
    assert PLANT in info.sites
    with pytest.raises(Denied, match="credentials"):
        await probe(connect(token="guessed"), world.clock.now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "resting"),
        ("reported_at", "2026-03-17"),
        ("breakdown", "X"),
        ("id", 7),
    ],
)
async def test_a_field_of_another_shape_is_named(
    world: World, field: str, value: Any, connect: Connect
) -> None:
    def changed(request: Request) -> Response:
        body = json.loads(serve(request).body)
        body["data"][0][field] = value
        return json_response(body)

    side = cmms(connect(changed), clock=world.clock.now)
    with pytest.raises(Misread, match=rf"data\.0\.{field}"):
        await side.port(Maintenance).notifications(asset(world).number)


async def test_work_in_an_unknown_unit_is_its_own_error(world: World, connect: Connect) -> None:
    order = next(iter(world.cmms.orders.values()))

    def changed(request: Request) -> Response:
        body = json.loads(serve(request).body)
        body["data"][0]["work"]["unit"] = "moons"
        return json_response(body)

    side = cmms(connect(changed), clock=world.clock.now)
    with pytest.raises(UnknownUnit, match="moons"):
        await side.port(Maintenance).maintenance_orders(order.equipment)


async def test_answers_of_another_kind_become_clear_errors(world: World, connect: Connect) -> None:
    html = Response(200, [("content-type", "text/html")], b"<html>Sign in</html>")
    side = cmms(connect(always(html)), clock=world.clock.now)
    with pytest.raises(Misread, match="HTML"):
        await side.port(Maintenance).windows(PLANT)
    with pytest.raises(OutcomeUnknown):
        await side.port(Maintenance).notify(fault(world), MARK)
    elsewhere = cmms(connect(always(Response(404))), clock=world.clock.now)
    with pytest.raises(NotOffered, match="/api/v1/windows"):
        await elsewhere.port(Maintenance).windows(PLANT)
    short = json_response({"data": [], "page": 1, "per_page": 100, "total": 3})
    cut = cmms(connect(always(short)), clock=world.clock.now)
    with pytest.raises(Misread, match="short page"):
        await cut.port(Maintenance).windows(PLANT)

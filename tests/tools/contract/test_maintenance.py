"""Equipment, notifications and maintenance orders read and write the same everywhere."""

from datetime import timedelta

import pytest

from tools.book import PlantBook
from tools.errors import NotFound, Refused
from tools.objects.maintenance import MaintenanceStatus, NotificationDraft, WorkOrderDraft
from tools.objects.reference import Reference
from tools.ports import Assets, Maintenance, Side


async def test_equipment_is_read_by_number_and_by_place(cmms: Side, book: PlantBook) -> None:
    assets, known = cmms.port(Assets), book.maintenance.equipment[0]
    assert (await assets.equipment(known.number)).value == known
    there = (await assets.equipment_at(known.work_center or "", known.plant)).value
    assert known in there
    with pytest.raises(NotFound):
        await assets.equipment("NOSUCHTHING")


async def test_what_was_reported_and_planned_for_an_asset_is_read(
    cmms: Side, book: PlantBook
) -> None:
    maintenance = cmms.port(Maintenance)
    for known in book.maintenance.notifications[:4]:
        found = {
            one.number: one for one in (await maintenance.notifications(known.equipment)).value
        }
        assert found[known.number].status is known.status
        assert (found[known.number].text, found[known.number].order) == (known.text, known.order)
    for order in book.maintenance.orders[:4]:
        listed = {
            one.number: one for one in (await maintenance.maintenance_orders(order.equipment)).value
        }
        assert listed[order.number] == order


async def test_coming_windows_are_read_in_time_order(cmms: Side, book: PlantBook) -> None:
    found = (await cmms.port(Maintenance).windows(book.plant)).value
    known = sorted(book.maintenance.windows, key=lambda window: window.start)
    assert [(one.number, one.equipment) for one in found] == [
        (one.number, one.equipment) for one in known
    ]
    assert [(one.start, one.end) for one in found] == [
        (one.start.replace(microsecond=0), one.end.replace(microsecond=0)) for one in known
    ]


async def test_a_notification_is_found_by_its_reference_and_completed_once(
    cmms: Side,
    book: PlantBook,
) -> None:
    maintenance, asset = cmms.port(Maintenance), book.maintenance.equipment[0]
    mark = Reference.of("notified")
    assert (await maintenance.notification_by_reference(asset.number, mark)).value is None
    draft = NotificationDraft(
        plant=asset.plant,
        equipment=asset.number,
        text="Spindle vibrates",
        long_text="Since the tool change at 08:40.",
        breakdown=True,
        malfunction_start=cmms.clock() - timedelta(hours=1),
    )
    posted = await maintenance.notify(draft, mark)
    found = (await maintenance.notification_by_reference(asset.number, mark)).value
    assert found is not None
    assert (found.number, found.text, found.breakdown) == (posted.number, draft.text, True)
    assert found.malfunction_start == draft.malfunction_start
    assert found.long_text == draft.long_text
    assert found.status is not MaintenanceStatus.COMPLETED
    await maintenance.complete_notification(posted.number)
    again = (await maintenance.notification_by_reference(asset.number, mark)).value
    assert again is not None
    assert again.status is MaintenanceStatus.COMPLETED
    with pytest.raises(Refused):
        await maintenance.complete_notification(posted.number)


async def test_a_maintenance_order_is_found_by_its_reference(cmms: Side, book: PlantBook) -> None:
    maintenance, asset = cmms.port(Maintenance), book.maintenance.equipment[1]
    mark = Reference.of("ordered")
    draft = WorkOrderDraft(
        plant=asset.plant,
        equipment=asset.number,
        text="Replace bearing",
        type="PM01",
        start=cmms.clock() + timedelta(days=1),
        end=cmms.clock() + timedelta(days=1, hours=4),
    )
    posted = await maintenance.order_work(draft, mark)
    found = (await maintenance.work_order_by_reference(asset.number, mark)).value
    assert found is not None
    assert (found.number, found.text, found.type) == (posted.number, draft.text, draft.type)
    assert (found.start, found.end) == (draft.start, draft.end)
    other = Reference.of("somebody else")
    assert (await maintenance.work_order_by_reference(asset.number, other)).value is None

"""What becomes of a write when the gateway, or the way to it, breaks down."""

from datetime import timedelta

import pytest

from tools.errors import Denied, Locked, OutcomeUnknown, Throttled
from tools.objects.reference import Reference
from tools.objects.task import TaskDraft
from tools.ports import Holds, Side, Tasks
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server
from tools.sandbox.world import World

PLANT = "1710"
MARK = Reference.of("task")
DRAFT = TaskDraft(PLANT, "Count silo 4", "MES and SAP differ by 300 kg")


def strike(world: World, kind: FaultKind, seconds: float = 2.0) -> None:
    world.faults.add(Fault(kind, Server.IGNITION, method="WRITE", count=1, seconds=seconds))


@pytest.mark.parametrize(
    "kind",
    [FaultKind.COMMIT_THEN_TIMEOUT, FaultKind.COMMIT_THEN_RESET, FaultKind.COMMIT_THEN_500],
)
async def test_a_write_whose_answer_is_lost_is_found_and_never_made_twice(
    site: Side, world: World, kind: FaultKind
) -> None:
    strike(world, kind)
    with pytest.raises(OutcomeUnknown):
        await site.port(Tasks).open_task(DRAFT, MARK)
    found = (await site.port(Tasks).task_by_reference(PLANT, MARK)).value
    assert found is not None
    again = await site.port(Tasks).open_task(DRAFT, MARK)
    assert again.number == found.number
    assert len(world.journal.committed(Server.IGNITION)) == 1


async def test_a_write_that_commits_late_is_made_once_though_it_was_sent_again(
    site: Side, world: World
) -> None:
    strike(world, FaultKind.SLOW_COMMIT, seconds=90)
    with pytest.raises(OutcomeUnknown):
        await site.port(Tasks).open_task(DRAFT, MARK)
    assert (await site.port(Tasks).task_by_reference(PLANT, MARK)).value is None
    sent_again = await site.port(Tasks).open_task(DRAFT, MARK)
    world.clock.advance(timedelta(minutes=2).total_seconds())
    open_tasks = (await site.port(Tasks).tasks(PLANT)).value
    assert [one.number for one in open_tasks if one.title == DRAFT.title] == [sent_again.number]
    assert world.journal.duplicates() == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.HTTP_429, Throttled),
        (FaultKind.LOCK, Locked),
        (FaultKind.HTTP_503, OutcomeUnknown),
        (FaultKind.DROP_BEFORE_COMMIT, OutcomeUnknown),
        (FaultKind.HTML_PAGE, OutcomeUnknown),
        (FaultKind.TRUNCATED, OutcomeUnknown),
    ],
)
async def test_each_fault_is_named_by_who_reacts(
    site: Side, world: World, kind: FaultKind, error: type[Exception]
) -> None:
    strike(world, kind)
    with pytest.raises(error):
        await site.port(Tasks).open_task(DRAFT, MARK)


async def test_a_read_outlasts_a_busy_moment(site: Side, world: World) -> None:
    world.faults.add(Fault(FaultKind.HTTP_503, Server.IGNITION, method="READ", count=1))
    assert (await site.port(Holds).holds(PLANT)).value


async def test_the_door_keeps_its_own_words(site: Side, world: World) -> None:
    strike(world, FaultKind.LOCK)
    with pytest.raises(Locked, match="order_locked"):
        await site.port(Tasks).open_task(DRAFT, MARK)
    world.access.api_keys.clear()
    with pytest.raises(Denied):
        await site.port(Holds).holds(PLANT)

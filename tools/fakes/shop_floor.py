"""What only a MES knows: defects, holds, scrap, tasks and the state of the shop floor."""

from __future__ import annotations

from dataclasses import replace

from tools.book import MesPages
from tools.fakes.desk import Desk, exchange
from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.identifiers import normal
from tools.objects.machine import MachineState
from tools.objects.nonconformance import Held, Hold, Nonconformance
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.task import SupervisorTask, TaskDraft
from tools.objects.wip import WorkInProgress
from tools.ports import Holds, Nonconformances, Scraps, ShopFloor, Tasks


class FakeNonconformances(Nonconformances):
    """Defects."""

    def __init__(self, desk: Desk, pages: MesPages) -> None:
        self.system = desk.system
        self._desk, self._pages = desk, pages

    async def nonconformances(self, order: str) -> Reading[tuple[Nonconformance, ...]]:
        number = normal(order)
        return self._desk.reading(
            tuple(one for one in self._pages.nonconformances if one.order == number)
        )


class FakeHolds(Holds):
    """Holds; placing one twice by the same reference leaves one."""

    def __init__(self, desk: Desk, pages: MesPages) -> None:
        self.system = desk.system
        self._desk, self._holds = desk, pages.holds

    async def holds(self, plant: str) -> Reading[tuple[Hold, ...]]:
        return self._desk.reading(
            tuple(hold for hold in self._holds if hold.plant == plant and hold.active)
        )

    async def hold_by_reference(self, plant: str, reference: Reference) -> Reading[Hold | None]:
        for hold in self._holds:
            if hold.plant == plant and hold.reference == reference.key:
                return self._desk.reading(hold)
        return self._desk.reading(None)

    async def place_hold(
        self, plant: str, kind: Held, object: str, reason: str, reference: Reference
    ) -> Posted:
        hold = Hold(
            number=f"H{next(self._desk.numbers)}",
            plant=plant,
            kind=kind,
            object=normal(object),
            reason=reason,
            since=self._desk.clock(),
            by="concord",
            reference=reference.key,
        )
        self._holds.append(hold)
        return self._desk.note("place_hold", hold.number, reference)

    async def lift_hold(self, hold: str, reference: Reference) -> Posted:
        found = self._desk.find(self._holds, lambda one: one.number == hold, f"hold {hold}")
        if not found.active:
            self._desk.refuse(f"hold {hold} is lifted already")
        exchange(self._holds, found, replace(found, active=False))
        return self._desk.note("lift_hold", found.number, reference)


class FakeScraps(Scraps):
    """Scrap reports."""

    def __init__(self, desk: Desk, pages: MesPages) -> None:
        self.system = desk.system
        self._desk, self._pages = desk, pages

    async def scrap_reports(self, order: str) -> Reading[tuple[ScrapReport, ...]]:
        number = normal(order)
        return self._desk.reading(tuple(one for one in self._pages.scraps if one.order == number))


class FakeTasks(Tasks):
    """Supervisor tasks."""

    def __init__(self, desk: Desk, pages: MesPages) -> None:
        self.system = desk.system
        self._desk, self._tasks = desk, pages.tasks

    async def tasks(self, plant: str) -> Reading[tuple[SupervisorTask, ...]]:
        return self._desk.reading(
            tuple(task for task in self._tasks if task.plant == plant and task.open)
        )

    async def task_by_reference(
        self, plant: str, reference: Reference
    ) -> Reading[SupervisorTask | None]:
        for task in self._tasks:
            if task.plant == plant and task.reference == reference.key:
                return self._desk.reading(task)
        return self._desk.reading(None)

    async def open_task(self, draft: TaskDraft, reference: Reference) -> Posted:
        task = SupervisorTask(
            number=f"T{next(self._desk.numbers)}",
            plant=draft.plant,
            title=draft.title,
            text=draft.text,
            order=draft.order,
            created_at=self._desk.clock(),
            assignee=draft.assignee,
            reference=reference.key,
        )
        self._tasks.append(task)
        return self._desk.note("open_task", task.number, reference)

    async def close_task(self, task: str) -> Posted:
        found = self._desk.find(self._tasks, lambda one: one.number == task, f"task {task}")
        exchange(self._tasks, found, replace(found, open=False))
        return self._desk.note("close_task", found.number)


class FakeShopFloor(ShopFloor):
    """Machines, shifts, schedule, work in progress, downtime and certificates."""

    def __init__(self, desk: Desk, pages: MesPages) -> None:
        self.system = desk.system
        self._desk, self._pages = desk, pages

    async def machine(self, work_center: str, plant: str) -> Reading[MachineState]:
        wanted = normal(work_center)
        return self._desk.reading(
            self._desk.find(
                self._pages.machines,
                lambda one: one.work_center == wanted and one.plant == plant,
                f"machine {wanted} in plant {plant}",
            )
        )

    async def downtimes(self, plant: str) -> Reading[tuple[DowntimeEvent, ...]]:
        found = [one for one in self._pages.downtimes if one.plant == plant]
        found.sort(key=lambda one: one.started_at, reverse=True)
        return self._desk.reading(tuple(found))

    async def schedule(self, work_center: str, plant: str) -> Reading[tuple[ScheduleEntry, ...]]:
        wanted = normal(work_center)
        found = [
            one for one in self._pages.schedule if one.work_center == wanted and one.plant == plant
        ]
        return self._desk.reading(tuple(sorted(found, key=lambda one: one.sequence)))

    async def shifts(self, plant: str) -> Reading[tuple[Shift, ...]]:
        return self._desk.reading(tuple(one for one in self._pages.shifts if one.plant == plant))

    async def work_in_progress(self, order: str) -> Reading[tuple[WorkInProgress, ...]]:
        number = normal(order)
        return self._desk.reading(
            tuple(one for one in self._pages.work_in_progress if one.order == number)
        )

    async def certificates(self, plant: str) -> Reading[tuple[OperatorCertificate, ...]]:
        return self._desk.reading(
            tuple(one for one in self._pages.certificates if one.plant == plant)
        )

"""Supervisor tasks at the line."""

from __future__ import annotations

from datetime import UTC

from tools.mes.ignition.site import Moment, Page, Site, first, translated
from tools.objects.identifiers import normal
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.task import SupervisorTask, TaskDraft
from tools.ports import Tasks
from tools.shape import Shape


class TaskRow(Shape):
    """A task."""

    number: str
    plant: str
    title: str
    text: str
    order: str | None
    created_at: Moment
    open: bool
    assignee: str | None
    reference: str | None


class IgnitionTasks(Tasks):
    """Read, opened and closed."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def tasks(self, plant: str) -> Reading[tuple[SupervisorTask, ...]]:
        return await self._several(plant=plant)

    async def task_by_reference(
        self, plant: str, reference: Reference
    ) -> Reading[SupervisorTask | None]:
        return first(await self._several(plant=plant, reference=reference.key))

    async def open_task(self, draft: TaskDraft, reference: Reference) -> Posted:
        due = draft.due_at
        return await self._site.post(
            "tasks/open",
            {
                "plant": draft.plant,
                "title": draft.title,
                "text": draft.text,
                "order": None if draft.order is None else normal(draft.order),
                "assignee": draft.assignee,
                "due_at": None if due is None else due.astimezone(UTC).isoformat(),
                "reference": reference.key,
            },
        )

    async def close_task(self, task: str) -> Posted:
        return await self._site.post("tasks/close", {"task": task})

    async def _several(self, **params: str) -> Reading[tuple[SupervisorTask, ...]]:
        found = await self._site.several("tasks", Page[TaskRow], **params)
        return translated(found, lambda rows: tuple(map(_task, rows)))


def _task(row: TaskRow) -> SupervisorTask:
    return SupervisorTask(
        number=row.number,
        plant=row.plant,
        title=row.title,
        text=row.text,
        order=None if row.order is None else normal(row.order),
        created_at=row.created_at,
        open=row.open,
        assignee=row.assignee,
        reference=row.reference,
    )

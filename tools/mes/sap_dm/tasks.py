"""Supervisor tasks, raised as alerts: ``alerts/v1/Alerts`` (OData V4).

The first line of an alert's text is the task's title; the reference is its ``ExternalId``, which
can be filtered by.
"""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote

from tools.errors import Misread
from tools.jsontext import Writable
from tools.mes.sap_dm.forms import Moment
from tools.mes.sap_dm.plant import Dm
from tools.objects.identifiers import normal
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.task import SupervisorTask, TaskDraft
from tools.ports import Tasks
from tools.shape import MOST_PAGES, Shape, shaped

PATH = "alerts/v1/Alerts"
TOP = 100


class Context(Shape):
    """Where on the shop floor an alert belongs."""

    DME_Order: str | None = None


class AlertRow(Shape):
    """An alert."""

    Id: str
    Info: str | None = None
    ExternalId: str | None = None
    Plant: str | None = None
    Status: str
    ProcessorId: str | None = None
    CreatedOn: Moment
    DME_Shopfloor: tuple[Context, ...] | None = None


class AlertRows(Shape):
    """Alerts."""

    value: tuple[AlertRow, ...]


class Created(Shape):
    """The alert that was raised."""

    Id: str


class DmTasks(Tasks):
    """Read, opened and closed."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def tasks(self, plant: str) -> Reading[tuple[SupervisorTask, ...]]:
        asked, own = self._dm.clock(), self._dm.own(plant)
        closed = self._dm.config.alerts.closed
        found = await self._found(f"Plant eq {_text(own)} and Status ne {_text(closed)}")
        return self._dm.reading(tuple(map(self._task, found)), asked)

    async def task_by_reference(
        self, plant: str, reference: Reference
    ) -> Reading[SupervisorTask | None]:
        asked, own = self._dm.clock(), self._dm.own(plant)
        mark = _text(reference.guid)
        found = await self._found(f"Plant eq {_text(own)} and ExternalId eq {mark}")
        return self._dm.reading(self._task(found[0]) if found else None, asked)

    async def open_task(self, draft: TaskDraft, reference: Reference) -> Posted:
        words, plant = self._dm.config.alerts, self._dm.own(draft.plant)
        text = draft.text
        if draft.due_at is not None:
            text = f"{text}\nDue {draft.due_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        body: dict[str, Writable] = {
            "AlertType": words.type,
            "Status": words.open,
            "Severity": words.severity,
            "TriggeredOn": self._dm.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Info": f"{' '.join(draft.title.split())}\n{text}",
            "ExternalId": reference.guid,
            "Plant": plant,
        }
        if draft.order:
            body["DME_Shopfloor"] = [{"DME_Order": normal(draft.order), "DME_Plant": plant}]
        if draft.assignee:
            body["Processor"] = {"Id": draft.assignee}
        reply = await self._dm.connection.write("POST", PATH, body=body, headers=self._typed())
        return self._dm.posted(shaped(reply, Created).Id)

    async def close_task(self, task: str) -> Posted:
        await self._dm.connection.write(
            "PATCH",
            f"{PATH}({quote(task, safe='')})",
            body={"Status": self._dm.config.alerts.closed},
            headers=self._typed(),
        )
        return self._dm.posted(task)

    async def _found(self, expression: str) -> tuple[AlertRow, ...]:
        found: list[AlertRow] = []
        for _ in range(MOST_PAGES):
            page = await self._dm.one(
                PATH,
                AlertRows,
                self._typed(),
                **{"$filter": expression, "$top": str(TOP), "$skip": str(len(found))},
            )
            found += page.value
            if len(page.value) < TOP:
                return tuple(found)
        raise Misread(self._dm.connection.system, "alerts never end")

    def _typed(self) -> dict[str, str]:
        return {"Alert-Type": self._dm.config.alerts.type}

    def _task(self, row: AlertRow) -> SupervisorTask:
        title, _, text = (row.Info or "").partition("\n")
        order = row.DME_Shopfloor[0].DME_Order if row.DME_Shopfloor else None
        return SupervisorTask(
            number=row.Id,
            plant=row.Plant or self._dm.plant,
            title=title,
            text=text,
            order=normal(order) if order else None,
            created_at=row.CreatedOn,
            open=row.Status != self._dm.config.alerts.closed,
            assignee=row.ProcessorId,
            reference=row.ExternalId,
        )


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"

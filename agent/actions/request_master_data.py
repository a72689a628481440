"""Ask whoever maintains master data for a record, or for a change of one.

SAP offers no public API that takes such a request in every system (master data governance is a
product of its own), so it is a task with every required field in it: what systems report is filled
in, what nobody reported is named as still to decide. It tells and changes nothing: it is soft.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.master_request import MasterRequest
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.task import TaskDraft
from tools.ports import Tasks

KEEPER = "master data"


@dataclass(frozen=True)
class RequestMasterData(Action):
    """A request with every field its target requires."""

    kind: ClassVar[str] = "request_master_data"
    hard: ClassVar[bool] = False
    system: ClassVar[System] = System.MES

    wanted: MasterRequest

    @property
    def touches(self) -> str:
        """The plant's task list."""
        return f"tasks/{self.wanted.plant}"

    def say(self) -> Text:
        """Name the record."""
        return text(
            "Ask for {record} {number}", record=self.wanted.record.value, number=self.wanted.number
        )

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Open the task."""
        asked = self.wanted
        title = f"Master data: {asked.record.value} {asked.number}"
        draft = TaskDraft(asked.plant, title, asked.text, asked.order, KEEPER)
        return await sides[self.system].port(Tasks).open_task(draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a task that carries the reference."""
        tasks = sides[self.system].port(Tasks)
        reading = await tasks.task_by_reference(self.wanted.plant, reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.created_at)

"""Ask a supervisor on the shop floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agent.actions.action import Action, Sides
from agent.case.text import Text, text
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.objects.reference import Reference
from tools.objects.task import TaskDraft
from tools.ports import Tasks


@dataclass(frozen=True)
class OpenTask(Action):
    """A question that waits in the MES."""

    kind: ClassVar[str] = "open_task"
    hard: ClassVar[bool] = False
    system: ClassVar[System] = System.MES

    draft: TaskDraft

    @property
    def touches(self) -> str:
        """The plant's task list."""
        return f"tasks/{self.draft.plant}"

    def say(self) -> Text:
        """Name the task."""
        return text("Ask a supervisor: {title}", title=self.draft.title)

    async def carry_out(self, sides: Sides, reference: Reference) -> Posted:
        """Open the task."""
        tasks = sides[self.system].port(Tasks)
        return await tasks.open_task(self.draft, reference)

    async def find(self, sides: Sides, reference: Reference) -> Posted | None:
        """Look for a task that carries the reference."""
        tasks = sides[self.system].port(Tasks)
        reading = await tasks.task_by_reference(self.draft.plant, reference)
        if reading.value is None:
            return None
        return Posted(self.system, reading.value.number, reading.value.created_at)

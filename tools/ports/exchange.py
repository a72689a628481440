"""Messages between systems, tasks for people, and who pays."""

from __future__ import annotations

from tools.objects.cost import CostObject, PostingPeriod
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.sync import SyncMessage
from tools.objects.task import SupervisorTask, TaskDraft
from tools.ports.port import Port, read, write


class Messages(Port):
    """The messages that carry postings from system to system."""

    @read
    async def messages(self, plant: str) -> Reading[tuple[SyncMessage, ...]]:
        """Messages of a plant that wait or were refused."""
        self._absent("the messages of a plant")

    @read
    async def message(self, message: str) -> Reading[SyncMessage]:
        """One message with every refusal it met."""
        self._absent("a message by number")

    @write
    async def retry_message(self, message: str, reference: Reference) -> Posted:
        """Send a refused message again, as it is."""
        self._absent("sending a message again")


class Tasks(Port):
    """Supervisor tasks."""

    @read
    async def tasks(self, plant: str) -> Reading[tuple[SupervisorTask, ...]]:
        """The open tasks of a plant."""
        self._absent("the tasks of a plant")

    @read
    async def task_by_reference(
        self, plant: str, reference: Reference
    ) -> Reading[SupervisorTask | None]:
        """The task that carries this reference, open or done."""
        self._absent("a task by reference")

    @write
    async def open_task(self, draft: TaskDraft, reference: Reference) -> Posted:
        """Ask a supervisor."""
        self._absent("opening a task")

    @write
    async def close_task(self, task: str) -> Posted:
        """Mark a task as done."""
        self._absent("closing a task")


class Costs(Port):
    """Who pays, and when."""

    @read
    async def cost_center(self, cost_center: str) -> Reading[CostObject]:
        """One cost centre."""
        self._absent("a cost centre")

    @read
    async def period(self, company_code: str) -> Reading[PostingPeriod]:
        """The posting period open for goods movements."""
        self._absent("the posting period")

"""Integration messages to the ERP.

``integration/v1/integrationMessages`` says which messages failed, not why; the desk says why and
sends them again.
"""

from __future__ import annotations

from typing import Literal

from tools.mes.sap_dm.forms import Moment
from tools.mes.sap_dm.plant import Dm, Process
from tools.objects.identifiers import normal
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.ports import Messages
from tools.shape import Shape

Status = Literal[
    "NEW",
    "QUEUED",
    "FAILED_BEFORE_QUEUE",
    "IN_PROCESS",
    "DELIVERED",
    "COMPLETED",
    "FAILED",
    "INACTIVE",
]

STATES: dict[Status, SyncState] = {
    "NEW": SyncState.QUEUED,
    "QUEUED": SyncState.QUEUED,
    "FAILED_BEFORE_QUEUE": SyncState.FAILED,
    "IN_PROCESS": SyncState.SENT,
    "DELIVERED": SyncState.SENT,
    "COMPLETED": SyncState.SUCCEEDED,
    "FAILED": SyncState.FAILED,
    "INACTIVE": SyncState.FAILED,
}
UNSETTLED: frozenset[Status] = frozenset(
    {"NEW", "QUEUED", "FAILED_BEFORE_QUEUE", "IN_PROCESS", "DELIVERED", "FAILED"}
)


class RefusalRow(Shape):
    """Why the ERP said no: class, number and text of its message."""

    id: str
    number: str
    message: str


class MessageRow(Shape):
    """A message as the desk has it."""

    message: str
    plant: str
    messageType: str
    object: str
    overallStatus: Status
    createdDateTime: Moment
    attempts: int
    confirmation: str | None = None
    order: str | None = None
    refusals: tuple[RefusalRow, ...] = ()


class MessageRows(Shape):
    """Messages as the desk lists them."""

    messages: tuple[MessageRow, ...]


class Retried(Shape):
    """The message a process of the desk sent again."""

    message: str


class DmMessages(Messages):
    """Read and sent again. One that was set inactive counts as failed for good."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def messages(self, plant: str) -> Reading[tuple[SyncMessage, ...]]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = await self._dm.ask(Process.MESSAGES, {}, MessageRows)
        unsettled = (row for row in found.messages if row.overallStatus in UNSETTLED)
        return self._dm.reading(tuple(map(_message, unsettled)), asked)

    async def message(self, message: str) -> Reading[SyncMessage]:
        asked = self._dm.clock()
        found = await self._dm.ask(Process.MESSAGES, {"message": message}, MessageRows)
        if not found.messages:
            raise self._dm.nothing(f"integration message {message}")
        return self._dm.reading(_message(found.messages[0]), asked)

    async def retry_message(self, message: str, reference: Reference) -> Posted:
        body = {"message": message, "reference": reference.guid}
        done = await self._dm.tell(Process.RETRY_MESSAGE, body, Retried)
        return self._dm.posted(done.message)


def _message(row: MessageRow) -> SyncMessage:
    return SyncMessage(
        number=row.message,
        plant=row.plant,
        type=row.messageType,
        object=row.object,
        state=STATES[row.overallStatus],
        queued_at=row.createdDateTime,
        attempts=row.attempts,
        refusals=tuple(Refusal(one.id, one.number, one.message) for one in row.refusals),
        confirmation=row.confirmation,
        order=normal(row.order) if row.order else None,
    )

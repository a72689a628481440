"""The gateway's messages to the ERP."""

from __future__ import annotations

from pydantic import Field

from tools.mes.ignition.site import Moment, Page, Site, translated
from tools.objects.identifiers import normal
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.ports import Messages
from tools.shape import Shape


class RefusalRow(Shape):
    """SAP's message class and number as they came back."""

    message_class: str = Field(alias="class")
    number: str
    text: str


class MessageRow(Shape):
    """A message."""

    number: str
    plant: str
    type: str
    object: str
    state: SyncState
    queued_at: Moment
    attempts: int
    refusals: tuple[RefusalRow, ...]
    confirmation: str | None
    order: str | None


class IgnitionMessages(Messages):
    """Read, and sent again."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def messages(self, plant: str) -> Reading[tuple[SyncMessage, ...]]:
        found = await self._site.several("messages", Page[MessageRow], plant=plant)
        return translated(found, lambda rows: tuple(map(_message, rows)))

    async def message(self, message: str) -> Reading[SyncMessage]:
        found = await self._site.one("messages", MessageRow, message=message)
        return translated(found, _message)

    async def retry_message(self, message: str, reference: Reference) -> Posted:
        return await self._site.post(
            "messages/retry", {"message": message, "reference": reference.key}
        )


def _message(row: MessageRow) -> SyncMessage:
    return SyncMessage(
        number=row.number,
        plant=row.plant,
        type=row.type,
        object=row.object,
        state=row.state,
        queued_at=row.queued_at,
        attempts=row.attempts,
        refusals=tuple(Refusal(no.message_class, no.number, no.text) for no in row.refusals),
        confirmation=row.confirmation,
        order=None if row.order is None else normal(row.order),
    )

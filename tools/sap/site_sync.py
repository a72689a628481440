"""The queue between MES and ERP and its log, from the site's own service (``site_services``)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from tools.errors import Misread
from tools.jsontext import Row
from tools.objects.identifiers import normal
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.ports import Messages
from tools.sap.decoding import integer, moment, text
from tools.sap.filters import and_, any_of, eq, ne
from tools.sap.landscape import Landscape, normal_text
from tools.sap.site_services import QueueNames, SiteServices

AT_ONCE = 20


class SyncMessages(Messages):
    """The messages the ERP's side of the interface knows."""

    def __init__(self, landscape: Landscape, site: SiteServices, queue: QueueNames) -> None:
        self.system = landscape.system
        self._landscape, self._site, self._queue = landscape, site, queue
        self._service = landscape.service(site.service)

    async def messages(self, plant: str) -> Reading[tuple[SyncMessage, ...]]:
        queue = self._queue
        rows = await self._service.query(
            queue.entity_set,
            and_(eq(queue.plant, plant), ne(queue.status, queue.succeeded)),
            orderby=(queue.queued_at,),
        )
        refusals = await self._refusals([text(row, queue.number) for row in rows])
        return self._landscape.reading(tuple(self._message(row, refusals) for row in rows))

    async def message(self, message: str) -> Reading[SyncMessage]:
        answer, refusals = await asyncio.gather(
            self._service.get(self._queue.entity_set, message), self._refusals([message])
        )
        return self._landscape.reading(self._message(answer.row, refusals), answer.etag)

    async def retry_message(self, message: str, reference: Reference) -> Posted:
        """Send a message again; a state is set, so it is read back instead of referenced."""
        if self._site.retry is None:
            self._absent("sending a message again")
        answer = await self._service.call(self._site.retry, {self._queue.number: message})
        return self._landscape.posted(message, answer)

    async def _refusals(self, numbers: list[str]) -> dict[str, tuple[Refusal, ...]]:
        log = self._site.log
        if log is None or not numbers:
            return {}
        batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        pages = await asyncio.gather(
            *(
                self._service.query(log.entity_set, any_of(log.number, batch), orderby=(log.item,))
                for batch in batches
            )
        )
        return _by_message(
            (
                text(row, log.number),
                Refusal(
                    text(row, log.message_class),
                    text(row, log.message_number),
                    text(row, log.message_text),
                ),
            )
            for page in pages
            for row in page
        )

    def _message(self, row: Row, refusals: dict[str, tuple[Refusal, ...]]) -> SyncMessage:
        queue, number = self._queue, text(row, self._queue.number)
        queued_at = moment(row, queue.queued_at)
        if queued_at is None:
            raise Misread(self.system, f"message {number} does not say since when it waits")
        order = normal_text(row, queue.order)
        return SyncMessage(
            number=number,
            plant=text(row, queue.plant),
            type=text(row, queue.type),
            object=text(row, queue.object),
            state=self._state(text(row, queue.status)),
            queued_at=queued_at,
            attempts=integer(row, queue.attempts),
            refusals=refusals.get(number, ()),
            confirmation=normal_text(row, queue.confirmation),
            order=normal(order) if order else None,
        )

    def _state(self, code: str) -> SyncState:
        queue = self._queue
        states = {
            queue.queued: SyncState.QUEUED,
            queue.sent: SyncState.SENT,
            queue.succeeded: SyncState.SUCCEEDED,
            queue.failed: SyncState.FAILED,
        }
        if code not in states:
            raise Misread(self.system, f"{code!r} is no status of a message that Concord knows")
        return states[code]


def _by_message(
    rows: Iterable[tuple[str, Refusal]],
) -> dict[str, tuple[Refusal, ...]]:
    result = dict[str, tuple[Refusal, ...]]()
    for number, refusal in rows:
        result[number] = (*result.get(number, ()), refusal)
    return result

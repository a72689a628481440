"""The messages between the systems."""

from __future__ import annotations

from dataclasses import replace

from tools.fakes.desk import Desk, exchange
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.sync import SyncMessage, SyncState
from tools.ports import Messages


class FakeMessages(Messages):
    """Queue and log of one side."""

    def __init__(self, desk: Desk, messages: list[SyncMessage]) -> None:
        self.system = desk.system
        self._desk, self._messages = desk, messages

    async def messages(self, plant: str) -> Reading[tuple[SyncMessage, ...]]:
        return self._desk.reading(
            tuple(
                one
                for one in self._messages
                if one.plant == plant and one.state is not SyncState.SUCCEEDED
            )
        )

    async def message(self, message: str) -> Reading[SyncMessage]:
        return self._desk.reading(self._find(message))

    async def retry_message(self, message: str, reference: Reference) -> Posted:
        found = self._find(message)
        if found.state is not SyncState.FAILED:
            self._desk.refuse(f"message {found.number} is {found.state}, nothing to send again")
        again = replace(found, state=SyncState.QUEUED, attempts=found.attempts + 1)
        exchange(self._messages, found, again)
        return self._desk.note("retry_message", found.number, reference)

    def _find(self, message: str) -> SyncMessage:
        return self._desk.find(
            self._messages, lambda one: one.number == message, f"message {message}"
        )

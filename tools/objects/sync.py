"""Messages between the systems: what waits, what went through, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SyncState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a system said no: SAP's message class and number, and the text it gave."""

    message_class: str
    message_number: str
    text: str

    @property
    def code(self) -> str:
        """The message as people quote it, such as ``M7/021``."""
        return f"{self.message_class}/{self.message_number}"


@dataclass(frozen=True, slots=True)
class SyncMessage:
    """One message on its way between MES and ERP."""

    number: str
    plant: str
    type: str
    object: str
    state: SyncState
    queued_at: datetime
    attempts: int = 0
    refusals: tuple[Refusal, ...] = ()
    confirmation: str | None = None
    order: str | None = None

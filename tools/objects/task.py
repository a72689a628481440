"""A task for a supervisor on the shop floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SupervisorTask:
    """A question or errand that waits in the MES. ``reference`` is the mark its sender gave it."""

    number: str
    plant: str
    title: str
    text: str
    order: str | None
    created_at: datetime
    open: bool = True
    assignee: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task to be opened."""

    plant: str
    title: str
    text: str
    order: str | None = None
    assignee: str | None = None
    due_at: datetime | None = None

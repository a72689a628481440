"""A machine that stood still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DowntimeEvent:
    """A stop as the MES saw it; ``ended_at`` None while it lasts."""

    number: str
    plant: str
    work_center: str
    reason: str
    started_at: datetime
    ended_at: datetime | None = None
    equipment: str | None = None
    order: str | None = None
    planned: bool = False
    note: str = ""

"""What is planned to run where, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """An order's operation on a work centre, in a sequence."""

    plant: str
    work_center: str
    order: str
    operation: str
    sequence: int
    start: datetime
    end: datetime

"""Who works when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day. ``supervisor`` is the person its tasks go to."""

    number: str
    plant: str
    name: str
    start: datetime
    end: datetime
    supervisor: str
    operators: tuple[str, ...] = ()

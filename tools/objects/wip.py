"""Work in progress: what is between two operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tools.objects.quantity import Quantity


@dataclass(frozen=True, slots=True)
class WorkInProgress:
    """A unit of execution (in DM an SFC) and where it stands."""

    number: str
    plant: str
    order: str
    operation: str
    quantity: Quantity
    since: datetime
    work_center: str | None = None

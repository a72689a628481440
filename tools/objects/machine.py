"""What a machine is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Running(StrEnum):
    """The state of a machine."""

    RUNNING = "running"
    IDLE = "idle"
    SETUP = "setup"
    DOWN = "down"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class MachineState:
    """A work centre's state since a moment, and the order it runs."""

    plant: str
    work_center: str
    state: Running
    since: datetime
    order: str | None = None

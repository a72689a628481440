"""The servers of the plant in a box."""

from __future__ import annotations

from enum import StrEnum


class Server(StrEnum):
    """Each has its own state in the world, its own port, and its own journal name."""

    S4 = "s4"
    DM = "dm"
    IGNITION = "ignition"
    CMMS = "cmms"

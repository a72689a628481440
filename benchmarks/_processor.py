"""What processes have had of the processors, as the kernel counts it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PARENT, OWN, ENDED = 1, slice(11, 13), slice(13, 15)
"""Where a process's line says whose child it is, and its own ticks and its ended children's."""


@dataclass(frozen=True)
class Ticks:
    """How long the machine was idle, and how long it was at all."""

    idle: int
    whole: int

    @property
    def share(self) -> float:
        """Which share of the time it was idle."""
        return self.idle / max(self.whole, 1)


def of_one(process: int) -> float:
    """Return the seconds of processor a process has had."""
    return _seconds(_fields(process)[OWN])


def family(process: int) -> float:
    """Return the seconds a process and its children have had, those that ended included."""
    fields = _fields(process)
    return _seconds(fields[OWN]) + _seconds(fields[ENDED]) + sum(map(of_one, _children(process)))


def idle_share(since: Ticks | None = None) -> Ticks:
    """Return how idle the machine was, since another time or since it began."""
    line = Path("/proc/stat").read_text("utf-8").splitlines()[0]
    spent = [int(word) for word in line.split()[1:9]]
    before = since or Ticks(0, 0)
    return Ticks(spent[3] + spent[4] - before.idle, sum(spent) - before.whole)


def _children(process: int) -> list[int]:
    return [
        int(place.name)
        for place in Path("/proc").glob("[0-9]*")
        if (fields := _fields(int(place.name))) and int(fields[PARENT]) == process
    ]


def _fields(process: int) -> list[str]:
    """Return what the kernel says of a process after its name; nothing of one that is gone."""
    try:
        line = Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return []
    return line.rpartition(")")[2].split()


def _seconds(ticks: list[str]) -> float:
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

"""Streams: what a process fetches signals from itself, and how each of them stands.

A system that is away is the system's trouble: signals that are sent to us still arrive, cases that
do not need it go on. So a stream that stands still makes nothing unready; it is named instead, by
metrics, on the overview and with its plant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

MISSED = 3
"""So many looks may fail before a stream counts as behind."""

BROKER = "MQTT"
CONNECTS_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class Seen:
    """What lay there at the last look, refused or on its way for too long."""

    refused: int = 0
    waiting: int = 0
    stuck: int = 0


class Stream:
    """One source of one plant, and when it was last read.

    Args:
        plant: The plant's code.
        name: The system that is asked (``ERP``, ``MES``), or ``MQTT``.
        patience: For how long it may go unread.
        clock: The time.
    """

    def __init__(
        self, plant: str, name: str, patience: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self.plant, self.name, self.patience = plant, name, patience
        self.failures, self.trouble, self.seen = 0, "", Seen()
        self._clock, self._since = clock, clock()
        self._read_at: datetime | None = None
        self._connected = False

    def read(self, seen: Seen | None = None) -> None:
        """Note that it was read just now, and what lay there."""
        self._read_at, self.trouble = self._clock(), ""
        self.seen = seen or self.seen

    def connect(self) -> None:
        """Note that what comes is heard from now on, until it fails."""
        self.read()
        self._connected = True

    def fail(self, why: str) -> None:
        """Note that it could not be read."""
        if self._connected:
            self._read_at, self._connected = self._clock(), False
        self.failures, self.trouble = self.failures + 1, why

    @property
    def last(self) -> datetime | None:
        """When it was last read; None as long as it never was."""
        return self._clock() if self._connected else self._read_at

    @property
    def age(self) -> timedelta:
        """How long ago it was last read, or since when one tries."""
        return max(timedelta(), self._clock() - (self.last or self._since))

    @property
    def behind(self) -> bool:
        """Whether it went unread for longer than it may."""
        return self.age > self.patience


class Streams:
    """All streams of a process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known = dict[tuple[str, str], Stream]()

    def open(self, plant: str, name: str, patience: timedelta) -> Stream:
        """Return a new stream, which counts from now on."""
        stream = Stream(plant, name, patience, self._clock)
        self._known[plant, name] = stream
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream: there is nothing to be read."""
        self._known.pop((stream.plant, stream.name), None)

    def __iter__(self) -> Iterator[Stream]:
        """Go through all of them, by plant and name."""
        return iter([self._known[key] for key in sorted(self._known)])

    def of(self, plant: str) -> list[Stream]:
        """Return those of one plant."""
        return [one for one in self if one.plant == plant]

    @property
    def standing(self) -> Literal["read", "behind", "none"]:
        """Say in one word how they stand: nothing is fetched, all is read, or one is behind."""
        every = list(self)
        if not every:
            return "none"
        return "behind" if any(one.behind for one in every) else "read"

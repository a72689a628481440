"""The sandbox's clock: it stands until it is advanced, or runs with real time.

Worlds of evaluations and tests stand, so that every run sees the same instants; a served plant
runs. Both can be advanced, and both can be pickled: a running clock goes on from the instant at
which it was stored.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

OPENING = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)


class SandboxClock:
    """An instant, and whether time passes.

    Args:
        start: The first instant, with its zone.
        running: Whether the clock runs by itself.
    """

    def __init__(self, start: datetime = OPENING, *, running: bool = False) -> None:
        if start.tzinfo is None:
            raise ValueError(f"{start} names no time zone")
        self._at = start.astimezone(UTC)
        self.running = running
        self._since = time.monotonic()

    @classmethod
    def real(cls) -> SandboxClock:
        """Return a clock that shows real time."""
        return cls(datetime.now(UTC), running=True)

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        if not self.running:
            return self._at
        return self._at + timedelta(seconds=time.monotonic() - self._since)

    def advance(self, seconds: float) -> datetime:
        """Move forward and return the new instant; a clock never goes back."""
        if seconds < 0:
            raise ValueError(f"a clock does not go back by {-seconds} s")
        self._at += timedelta(seconds=seconds)
        return self.now()

    def __getstate__(self) -> dict[str, object]:
        return {"at": self.now(), "running": self.running}

    def __setstate__(self, state: dict[str, object]) -> None:
        at = state["at"]
        if not isinstance(at, datetime):
            raise TypeError("a stored clock holds an instant")
        self._at, self.running, self._since = at, bool(state["running"]), time.monotonic()

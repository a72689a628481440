"""A circuit breaker: a failing system is left alone, then tried with one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; at the limit it opens for a while.

    Once that while is over a single request is let through. If it succeeds the breaker closes, if
    it fails the breaker opens again.
    """

    limit: int
    rest: float
    clock: Callable[[], float]
    _failures: int = 0
    _open_until: float | None = None
    _probing: bool = False

    @property
    def open(self) -> bool:
        """Whether nothing has succeeded since the limit was reached."""
        return self._open_until is not None

    def wait(self) -> float | None:
        """Ask to send a request: None if it may go, else the seconds to stay away.

        Whoever is let through reports back with ``record``.
        """
        if self._open_until is None:
            return None
        remaining = self._open_until - self.clock()
        if remaining > 0:
            return remaining
        if self._probing:
            return self.rest
        self._probing = True
        return None

    def record(self, healthy: bool | None) -> None:
        """Report how a request ended; None if it ended without saying anything of the system."""
        probe, self._probing = self._probing, False
        if healthy is None:
            return
        if healthy:
            self._failures, self._open_until = 0, None
            return
        self._failures += 1
        if probe or self._failures >= self.limit:
            self._open_until = self.clock() + self.rest

"""What there is to measure at an edge, taken at the moment somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from agent.edge.buffer import Buffer
from agent.edge.forwarding import Tally
from agent.service.violations import Violations


class Measured(Collector):
    """Collects from one buffer and its forwarder.

    Args:
        buffer: What waits.
        tally: What was forwarded.
        violations: What was refused at its own door.
        clock: The time.
    """

    def __init__(
        self, buffer: Buffer, tally: Tally, violations: Violations, clock: Callable[[], datetime]
    ) -> None:
        self._buffer, self._tally, self._clock = buffer, tally, clock
        self._violations = violations

    def describe(self) -> list[Any]:
        """Say nothing beforehand."""
        return []

    def collect(self) -> Iterator[Any]:
        """Return every family of metrics."""
        found, tally = self._buffer.figures(), self._tally
        age = (self._clock() - found.oldest).total_seconds() if found.oldest else 0.0
        away = 1.0 if tally.away else 0.0
        for name, said, value in (
            ("backlog", "Signals that wait for the core.", found.waiting),
            ("backlog_age_seconds", "Age of the oldest of these signals.", max(0.0, age)),
            ("dead_letters", "Signals refused for good, kept here.", found.letters),
            ("used_bytes", "Bytes the buffer uses.", found.used),
            ("limit_bytes", "Bytes the buffer may have.", found.limit),
            ("core_away", "Whether the core could not be reached last time.", away),
        ):
            yield GaugeMetricFamily(f"concord_edge_{name}", said, value)
        for name, said, value in (
            ("forwarded", "Signals the core took since the process began.", tally.forwarded),
            ("refused", "Signals the core refused since the process began.", tally.refused),
        ):
            yield CounterMetricFamily(f"concord_edge_{name}", said, value)
        yield from self._violations.families()

"""Throttling: so many requests in a while from each visitor, and no more.

A bucket holds tokens and fills up steadily; every request takes one. The buckets are this process's
own: with several web processes a visitor has as many times the limit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from threading import Lock

MOST = 20_000
"""So many visitors are remembered; who has not come for longest is forgotten, and starts full."""


@dataclass(frozen=True)
class Rate:
    """How fast a bucket fills, and how much it holds."""

    per_second: float
    burst: float


@dataclass
class _Bucket:
    left: float
    at: datetime


class Throttle:
    """One bucket for each visitor.

    Args:
        rate: What everybody has.
        clock: The time.
    """

    def __init__(self, rate: Rate, clock: Callable[[], datetime]) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._line = Lock()

    def take(self, name: str) -> int | None:
        """Take a token; where there is none, return the seconds until there is one."""
        now = self._clock()
        with self._line:
            bucket = self._buckets.setdefault(name, _Bucket(self._rate.burst, now))
            self._buckets.move_to_end(name)
            if len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
            passed = max(0.0, (now - bucket.at).total_seconds())
            bucket.left = min(self._rate.burst, bucket.left + passed * self._rate.per_second)
            bucket.at = now
            if bucket.left >= 1:
                bucket.left -= 1
                return None
            return max(1, ceil((1 - bucket.left) / self._rate.per_second))

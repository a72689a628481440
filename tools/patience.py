"""How long a read is repeated before it is given up.

Only reads come here, and only what is transient is repeated: no connection, a timeout, 429, 502,
503, 504, an answer that ends in its middle. The system's ``Retry-After`` is obeyed; if it reaches
past the deadline, the read ends at once and says so.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from tools.errors import CutOff, Failed, Unavailable

T = TypeVar("T")

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Time and chance, to be replaced where a run must be repeatable."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Patience:
    """At most so many attempts, within so many seconds."""

    attempts: int
    deadline: float
    rhythm: Rhythm

    async def read(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeat a read while it is worth it; the last failure is raised as it came."""
        end = self.rhythm.clock() + self.deadline

        def give_up(state: RetryCallState) -> bool:
            late = self.rhythm.clock() + state.upcoming_sleep > end
            return state.attempt_number >= self.attempts or late

        retrying = AsyncRetrying(
            retry=retry_if_exception(_transient),
            wait=self._pause,
            stop=give_up,
            sleep=self.rhythm.sleep,
            reraise=True,
        )
        return await retrying(attempt)

    def _pause(self, state: RetryCallState) -> float:
        longest: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (state.attempt_number - 1))
        pause = longest * (0.5 + self.rhythm.jitter() / 2)
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, Unavailable) else None
        return max(pause, asked or 0.0)


def _transient(error: BaseException) -> bool:
    return isinstance(error, Unavailable | CutOff) and not isinstance(error, Failed)

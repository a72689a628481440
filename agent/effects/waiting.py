"""How long one posting is pursued before it is left to a person, and the pauses on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """The bounds of one pursuit, in tries and seconds.

    Attributes:
        tries: How often a write that was certainly not posted is sent, and how often a target
            that cannot be looked at is asked again.
        seconds: How long all pauses may take together. A settling time that does not fit is not
            waited for: the posting stays unknown and is looked at later.
        first: The first pause; each further one is twice as long.
        longest: No pause is longer, unless the target asks for it.
    """

    tries: int = 8
    seconds: float = 300.0
    first: float = 1.0
    longest: float = 30.0


class Patience:
    """What is left of the bounds during one pursuit.

    ``waited`` says that time has passed since what the posting rests on was read.
    """

    def __init__(
        self,
        waiting: Waiting,
        seconds: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._waiting, self._seconds, self._sleep = waiting, seconds, sleep
        self._end = seconds() + waiting.seconds
        self._paused = 0
        self.waited = False

    async def pause(self, asked: float | None = None) -> bool:
        """Wait before another try, at least as long as asked; False if there is none left."""
        if self._paused + 1 >= self._waiting.tries:
            return False
        own = min(self._waiting.longest, self._waiting.first * 2**self._paused)
        self._paused += 1
        return await self._rest(max(own, asked or 0.0))

    async def queue(self) -> bool:
        """Wait for somebody else's write to end; only the time is bounded."""
        return await self._rest(self._waiting.first)

    async def settle(self, seconds: float) -> bool:
        """Wait until a lost write has turned up or never will; False if that takes too long."""
        return await self._rest(seconds)

    async def _rest(self, seconds: float) -> bool:
        if self._seconds() + seconds > self._end:
            return False
        self.waited = True
        if seconds > 0:
            await self._sleep(seconds)
        return True

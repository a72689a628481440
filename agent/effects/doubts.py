"""For how long this process has had a posting in doubt, by a clock that nobody sets.

The time of day may jump: set forward, it would say at once that a settling time is over, and a
write that was about to turn up would go out a second time; set back, it would say so only much
later. So nothing is settled before this process itself has waited for it.

What is in doubt is one sending: if another process sent the posting once more meanwhile, waiting
begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


class Doubts:
    """The postings in doubt.

    Args:
        seconds: Tells seconds that only ever pass.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._since = dict[str, tuple[datetime | None, float]]()

    def seconds(self) -> float:
        """Return the seconds now; only differences mean anything."""
        return self._seconds()

    def lasted(self, key: str, sent_at: datetime | None) -> float:
        """Return for how long a sending has been in doubt here; from now on, if it was not."""
        now = self._seconds()
        sent, since = self._since.get(key, (sent_at, now))
        if sent != sent_at:
            since = now
        self._since[key] = sent_at, since
        return now - since

    def over(self, key: str) -> None:
        """Let go of a posting: its outcome is known."""
        self._since.pop(key, None)

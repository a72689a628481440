"""Master data remembered for a minute, so that a question asked before every release is quick.

Only an assessment looks here, and it changes nothing; a case reads everything anew. A reading that
is remembered keeps the time at which it was taken, so whoever asks for the facts sees their age.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tools.objects.reading import Reading, System

FOR = timedelta(seconds=60)
REMEMBERED = frozenset({"routing", "work_center", "certificates"})
"""The reads of what people maintain by hand and seldom. Stock, machines and orders are not here."""

Key = tuple[System, str, tuple[str, ...]]
Read = Callable[[], Coroutine[Any, Any, Reading[Any]]]


@dataclass(frozen=True)
class _Kept:
    taken: asyncio.Task[Reading[Any]]
    until: datetime


class Memory:
    """What was read of master data, and what is being read of it just now.

    Args:
        clock: Says when a reading is too old.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[Key, _Kept] = {}

    async def recall(self, key: Key, read: Read) -> Reading[Any]:
        """Return a reading that is fresh enough, or take it; who asks meanwhile waits for it.

        Raises:
            ToolError: The system could not be read; nothing is remembered of that.
        """
        now = self._clock()
        self._kept = {one: kept for one, kept in self._kept.items() if now < kept.until}
        if key not in self._kept:
            task = asyncio.create_task(read())
            self._kept[key] = _Kept(task, now + FOR)
            task.add_done_callback(lambda done: self._forget_failed(key, done))
        return await asyncio.shield(self._kept[key].taken)

    def _forget_failed(self, key: Key, done: asyncio.Task[Reading[Any]]) -> None:
        failed = done.cancelled() or done.exception() is not None
        if failed and key in self._kept and self._kept[key].taken is done:
            del self._kept[key]

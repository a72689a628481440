"""Writes to one object go one after the other, within this process.

Between processes the ledger sees to it: while a row is being sent, no other row of the same object
can be (``Busy``). That alone would do; the turns here spare the waiting tasks the asking.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """A lock for each object that is being written to, kept only while somebody needs it."""

    def __init__(self) -> None:
        self._locks = WeakValueDictionary[tuple[int, str, str], asyncio.Lock]()

    @asynccontextmanager
    async def one(self, system: str, touches: str) -> AsyncGenerator[bool]:
        """Hold an object; whoever else wants it waits. Say whether it had to be waited for."""
        key = (id(asyncio.get_running_loop()), system, touches)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        waited = lock.locked()
        async with lock:
            yield waited

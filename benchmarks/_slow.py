"""A plant whose systems take a while for every answer, and what was waited for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from agent.actions.action import Sides
from tools.ports import Port, Side
from tools.ports.port import marked


class Waits:
    """When answers were waited for, and how long in all.

    ``seconds`` counts the time in which at least one answer was under way: of calls made together
    the slowest one, of calls one behind the other each. That is the critical path of what was done.
    """

    def __init__(self, answer_seconds: float) -> None:
        self._answer_seconds = answer_seconds
        self._under_way, self._began = 0, 0.0
        self.seconds = 0.0

    async def wait(self) -> None:
        """Take as long as an answer takes."""
        if not self._under_way:
            self._began = time.perf_counter()
        self._under_way += 1
        try:
            await asyncio.sleep(self._answer_seconds)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self.seconds += time.perf_counter() - self._began

    def slowed(self, sides: Sides) -> Sides:
        """Return sides whose every call waits."""
        for side in sides.values():
            for port in side.ports:
                self._slow(port)
        return {key: Side(one.system, one.name, one.ports, one.clock) for key, one in sides.items()}

    def _slow(self, port: Port) -> None:
        kind = type(port)
        calls = {
            name: self._later(getattr(kind, name))
            for name in dir(kind)
            if marked(kind, name) is not None
        }
        port.__class__ = type(kind.__name__, (kind,), calls)

    def _later(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        async def late(*args: Any, **kwargs: Any) -> Any:
            await self.wait()
            return await method(*args, **kwargs)

        return late

"""Shadow prompts: asked beside the one in use, recorded, and never heard by any case.

They go out once the case has its answer, each with a budget of one call and a breaker of its own;
nobody waits for them but whoever closes down.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent.reasoning.asker import ModelTrouble
from agent.reasoning.budget import Allowance, Budget
from agent.reasoning.calling import Line
from agent.reasoning.calls import Occasion, Purpose
from agent.reasoning.request import ModelRequest
from tools.patience import Rhythm

MOST = 8
"""How many run at once; beyond that one is left out, so that shadows cannot crowd the model."""


class Shadows:
    """Asks shadow prompts."""

    def __init__(self, rhythm: Rhythm, allowance: Allowance) -> None:
        self._rhythm = rhythm
        self._allowance = replace(allowance, calls=1)
        self._running: set[asyncio.Task[None]] = set()

    def ask(self, line: Line, request: ModelRequest, occasion: Occasion) -> None:
        """Start asking; returns at once."""
        if len(self._running) < MOST:
            own = Line(line.asker, line.calls, line.rhythm, line.price, line.seconds)
            task = asyncio.create_task(self._one(own, request, occasion))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Wait for those that run."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _one(self, line: Line, request: ModelRequest, occasion: Occasion) -> None:
        budget = Budget(self._allowance, self._rhythm.clock)
        try:
            await line.ask(request, Purpose.SHADOW, occasion, budget)
        except ModelTrouble:
            return

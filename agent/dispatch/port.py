"""What the rest of Concord needs of a dispatcher."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from agent.advance import Rested, Step


class Bursts(Protocol):
    """What a dispatcher runs: turns of cases, burst by burst."""

    async def turn(self, case: str, decision: str | None, step: Step = ...) -> Rested:
        """Run one turn of a case, each burst as a step."""
        ...

    async def in_doubt(self) -> set[str]:
        """Return the cases with postings whose outcome is unknown and due to be looked at."""
        ...

    def now(self) -> datetime:
        """Return the time by which cases are worked on."""
        ...

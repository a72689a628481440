"""What the rest of Concord needs of a dispatcher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from agent.advance import Rested, Step
from agent.records.gates import Turn


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


class Enqueuer(Protocol):
    """Starts turns, from any process, without running any."""

    def enqueue(self, session: Session, turns: Sequence[Turn]) -> None:
        """Start the workflows of turns in the transaction of this session."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Dispatcher(Protocol):
    """Runs turns, survives its own death, and runs no turn twice at once."""

    async def start(self) -> None:
        """Recover what a former life left, and take up work."""
        ...

    async def stop(self, drain_seconds: float) -> None:
        """Finish running bursts within the time given, and let go."""
        ...

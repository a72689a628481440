"""What the rest of Concord needs of a dispatcher."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from agent.records.gates import Turn


class Enqueuer(Protocol):
    """Starts turns, from any process, without running any."""

    def enqueue(self, session: Session, turn: Turn) -> None:
        """Start a turn's workflow in the transaction of this session."""
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

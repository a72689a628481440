"""What the rest of Concord needs of a dispatcher."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from agent.records.gates import Turn


@dataclass(frozen=True)
class Stranded:
    """A turn whose workflow will not run any more, and why."""

    turn: str
    why: str


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

    async def stop(self, drain_seconds: int) -> None:
        """Finish running bursts within the time given, and let go."""
        ...


# How a turn is run: its id, case and decision; returns how it came to rest, JSON-plain.
RunTurn = Callable[[str, str, str | None], Awaitable[None]]

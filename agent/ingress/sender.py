"""Who sends, and for what: a signature speaks for one source, a key perhaps for some plants."""

from __future__ import annotations

from dataclasses import dataclass

from agent.intake import Malformed
from agent.records.arrivals import Arrived


@dataclass(frozen=True)
class Sender:
    """One who sends signals. ``plants`` or ``source`` of None stand for any."""

    name: str
    plants: frozenset[str] | None = None
    source: str | None = None

    def objection(self, arrived: Arrived) -> Malformed | None:
        """Return why this sender may not send this signal."""
        return self.may_not(arrived.source, arrived.signal.plant if arrived.signal else None)

    def may_not(self, source: str, plant: str | None) -> Malformed | None:
        """Return why this sender may not send for a source and a plant, if that is known."""
        if self.source is not None and source != self.source:
            return Malformed("source", f"{self.name} may send for {self.source} only")
        if plant is not None and self.plants is not None and plant not in self.plants:
            return Malformed("data.plant", f"{self.name} may not send for plant {plant}")
        return None

"""How long a call may take, and how long after it a lost write may still turn up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from tools.objects.reading import System
from tools.plant.model import Plant
from tools.plant.systems import Reachable


@dataclass(frozen=True)
class Settling:
    """One system's times, in seconds.

    Attributes:
        call: How long one call may take in all, its token included; then it is broken off.
        settle: Longer than the system's slowest commit: that long after a call ended without an
            answer, what is not there was not posted.
    """

    call: float
    settle: float

    def over(self, sent_at: datetime) -> datetime:
        """Return when a call begun then can be under way no longer."""
        return sent_at + timedelta(seconds=self.call)

    def settled(self, ended_at: datetime) -> datetime:
        """Return when "not there" means "not posted", for a call that ended then."""
        return ended_at + timedelta(seconds=self.settle)


SettlingOf: TypeAlias = Callable[[str, System], Settling]
"""A plant's times for one of its systems."""


def settling_of(plants: Mapping[str, Plant]) -> SettlingOf:
    """Return the times that the plants' files state."""

    def times(plant: str, system: System) -> Settling:
        reached = _reached(plants[plant], system)
        asked = reached.connect_timeout_seconds + reached.timeout_seconds
        return Settling(call=2 * asked, settle=reached.settle_seconds)

    return times


def _reached(plant: Plant, system: System) -> Reachable:
    """Return the system that is in fact written to: plant maintenance is in the ERP."""
    systems = plant.systems
    if system is System.MES:
        return systems.mes
    if system is System.CMMS and isinstance(systems.cmms, Reachable):
        return systems.cmms
    return systems.erp

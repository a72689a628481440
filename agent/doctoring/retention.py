"""Whether settled cases go when their time is over, or the clock says so of far too many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from agent.doctoring.finding import Finding, fine, odd
from agent.doctoring.reading import opened
from agent.records import purging
from agent.settings import Settings
from tools.plant.model import Plant

RETENTION = "retention"
LATE = timedelta(days=2)
MOST = 100_000


def retention(settings: Settings, plants: Sequence[Plant], now: datetime) -> Finding:
    """Say which plants' cases are over their time, by the clock, and still here."""
    said = list[str]()
    with opened(settings) as session:
        if session is None:
            return fine(RETENTION, "there is nothing to purge yet")
        for plant in plants:
            before = now - timedelta(days=plant.retention.days)
            first = purging.oldest(session, plant.code, before)
            if first is not None and before - first > LATE:
                number = len(purging.due(session, plant.code, before, MOST))
                said.append(f"{number} of plant {plant.code}, the first settled on {first:%F}")
    if not said:
        return fine(RETENTION, "no settled case is long over its time")
    return odd(
        RETENTION,
        f"by the clock ({now:%F %H:%M} UTC) settled cases are over their time: {'; '.join(said)}",
        "See that the clock is right. If so, 'concord purge' lets go of them at once; a worker "
        "does it by itself, a day's worth an hour.",
    )

"""By when something is due, and how pressing that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.words.speech import Speech

SOON = timedelta(minutes=30)


@dataclass(frozen=True)
class Deadline:
    """A deadline: the moment, how long is left, and ``late``, ``soon`` or ``calm``."""

    at: str
    iso: str
    left: str
    press: str


def deadline(speech: Speech, due: datetime, now: datetime) -> Deadline:
    """Return a deadline as lists and pages show it."""
    left = due - now
    if left < timedelta():
        said, press = speech("{span} overdue", span=speech.span(left)), "late"
    else:
        said = speech("{span} left", span=speech.span(left))
        press = "soon" if left < SOON else "calm"
    return Deadline(speech.moment(due), due.isoformat(), said, press)

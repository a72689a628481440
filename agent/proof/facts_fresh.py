"""What the remedy rests on was read a short while ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown

NAME = "facts_fresh"
LONGEST = timedelta(minutes=15)


def check(subject: Subject) -> Verdict:
    """Compare the time of each reading with now."""
    if not subject.remedy.rests_on:
        if subject.remedy.hard:
            return unknown(NAME, "The remedy does not say what it rests on")
        return beside(NAME, "The remedy rests on no reading")
    for name in subject.remedy.rests_on:
        row = subject.sheet.get(name)
        if row is None or row["read_at"] is None:
            return unknown(NAME, "{fact} was not read", fact=name)
        if subject.now - datetime.fromisoformat(row["read_at"]) > LONGEST:
            return failed(NAME, "{fact} was read more than 15 minutes ago", fact=name)
    return passed(NAME, "All facts are fresh")

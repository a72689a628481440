"""When somebody is told of a question once more: before its deadline, and when it has passed.

Everything follows from the question itself, so it is the same whichever worker asks, and whenever.
The first of those above is told at the deadline, the next one as much worked time after it as the
plant gives such a question to be answered in the first place. Nobody loses the question: others are
told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.plant.model import Plant
from tools.plant.notify import Topic


@dataclass(frozen=True)
class Question:
    """A question that waits, as far as its deadline goes."""

    asked_at: datetime
    due_at: datetime
    criticality: str
    role: str
    snoozed_until: datetime | None = None


@dataclass(frozen=True)
class Call:
    """One time at which a role is told."""

    at: datetime
    topic: Topic
    role: str


def calls(question: Question, plant: Plant) -> tuple[Call, ...]:
    """Return every time at which somebody is told of a question, in order."""
    return tuple(_calls(question, plant))


def owed(question: Question, plant: Plant, since: datetime, now: datetime) -> tuple[Call, ...]:
    """Return what is to be told now and was not before ``since``.

    A reminder that is late, because no worker ran, is left out: what follows it says more.
    """
    return tuple(
        call
        for call in calls(question, plant)
        if since <= call.at <= now and not _pointless(call, question, now)
    )


def next_after(question: Question, plant: Plant, now: datetime) -> datetime | None:
    """Return when there is something to tell again."""
    return min((call.at for call in calls(question, plant) if call.at > now), default=None)


def _calls(question: Question, plant: Plant) -> Iterator[Call]:
    lead = timedelta(minutes=plant.notify.remind_before.minutes(question.criticality))
    reminder = question.due_at - lead
    if lead and reminder > question.asked_at:
        yield Call(reminder, Topic.REMINDER, question.role)
    at = question.due_at
    for role in plant.notify.above(question.role):
        yield Call(at, Topic.ESCALATED, role.value)
        at = plant.due(question.criticality, at)


def _pointless(call: Call, question: Question, now: datetime) -> bool:
    if call.topic is not Topic.REMINDER:
        return False
    put_off = question.snoozed_until is not None and question.snoozed_until > now
    return put_off or now >= question.due_at

"""What there is to tell of an event, read from the records at the moment it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from agent.case.ruling import Role
from agent.case.text import Text
from agent.plain import load
from agent.playbooks.catalog import Catalog
from agent.records.outbox import Delivery, Event
from agent.records.remedies import pinned
from agent.records.states import CaseStatus
from agent.records.tables import CaseRow
from tools.objects.money import Money
from tools.plant.model import Plant
from tools.plant.notify import Topic

QUESTIONS = frozenset({Topic.ASKED, Topic.FORWARDED, Topic.REMINDER, Topic.ESCALATED, Topic.WOKEN})
"""What asks for a decision; it is old news once somebody has decided."""

CONCERNS: Mapping[Topic, Role] = MappingProxyType(
    {
        Topic.NEEDS_PERSON: Role.PLANNER,
        Topic.REPORTED_AGAIN: Role.PLANNER,
        Topic.CASE_DEAD: Role.INTEGRATOR,
        Topic.POSTING_GIVEN_UP: Role.INTEGRATOR,
    }
)
"""Whose matter it is where the event names nobody."""


@dataclass(frozen=True)
class Told:
    """One event, as far as it is told.

    ``asks``: somebody is waited for. ``overtaken``: somebody was, and is no more.
    """

    event: str
    topic: Topic
    plant: str
    plant_name: str
    case: str
    kind: str | None
    title: Text | None
    object: str
    criticality: str
    role: str
    due_at: datetime | None
    value: Money | None
    says: Text | None
    why: str
    at: datetime
    overtaken: bool = False

    @property
    def asks(self) -> bool:
        """Whether a decision is wanted."""
        return self.topic in QUESTIONS


def concerned(event: Event | Delivery) -> str:
    """Return the role whose matter an event is."""
    named = event.body.get("role") or event.body.get("to")
    if isinstance(named, str):
        return named
    role = CONCERNS.get(Topic(event.topic))
    return role.value if role else ""


def told_of(session: Session, one: Delivery, plant: Plant, catalog: Catalog) -> Told:
    """Return what there is to tell of an event now."""
    case, pin = session.get_one(CaseRow, one.case), pinned(session, one.case)
    topic = Topic(one.topic)
    says = None if pin is None else pin.plan.get("summary" if pin.plan["settles"] else "question")
    book = catalog.playbooks.get(case.kind or "")
    valued = case.value is not None and case.currency is not None
    return Told(
        event=one.event,
        topic=topic,
        plant=case.plant,
        plant_name=plant.name,
        case=case.id,
        kind=case.kind,
        title=book.title if book else None,
        object=case.object,
        criticality=case.criticality.value,
        role=concerned(one),
        due_at=_due(one, case),
        value=Money(case.value, case.currency) if valued and case.value and case.currency else None,
        says=None if says is None else load(Text, says),
        why=str(one.body.get("why") or one.body.get("reason") or ""),
        at=one.written_at,
        overtaken=topic in QUESTIONS and case.status is not CaseStatus.WAITING,
    )


def _due(one: Delivery, case: CaseRow) -> datetime | None:
    named = one.body.get("due_at")
    return datetime.fromisoformat(named) if isinstance(named, str) else case.due_at

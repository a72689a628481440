"""What waits for people: the inbox, page by page, by deadline or by value.

Every list is read leg by leg, one leg a role, each along an index that ends where the page does; so
a page costs the same whether a hundred cases wait or a hundred thousand.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, desc, func, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Criticality
from agent.case.ruling import Role
from agent.case.text import Text
from agent.plain import load
from agent.records.states import CaseStatus
from agent.records.tables import CaseRow, RemedyRow
from tools.objects.money import Money

COUNTED_UP_TO = 999


class Order(StrEnum):
    """In which order a list comes."""

    DEADLINE = "deadline"
    VALUE = "value"


@dataclass(frozen=True)
class Queue:
    """Whose list it is, and what of it is wanted.

    ``roles`` None: whatever role is asked. ``plants`` None: any. ``people`` are the reader and whom
    the reader stands in for; ``theirs`` narrows the list to what one of them has claimed or was
    forwarded. ``put_off`` shows what was snoozed instead of what was not.
    """

    roles: tuple[Role, ...] | None
    people: tuple[str, ...]
    plants: frozenset[str] | None = None
    kind: str | None = None
    criticality: Criticality | None = None
    objects: tuple[str, ...] = ()
    theirs: bool = False
    put_off: bool = False
    order: Order = Order.DEADLINE


@dataclass(frozen=True)
class Waiting:
    """One case that waits, as a list shows it. ``says`` None: nothing is pinned."""

    id: str
    kind: str | None
    plant: str
    object: str
    criticality: Criticality
    cause: str | None
    value: Money | None
    waiting_for: Role | None
    person: str | None
    due_at: datetime | None
    snoozed_until: datetime | None
    remedy_hash: str | None
    settles: bool
    says: Text | None


@dataclass(frozen=True)
class WaitingPage:
    """One page of what waits; ``after`` leads to the next one."""

    lines: tuple[Waiting, ...]
    after: str | None


def waiting(
    session: Session, queue: Queue, at: datetime, after: str | None = None, limit: int = 50
) -> WaitingPage:
    """Return the page of a list that follows ``after``."""
    mark = session.get(CaseRow, after) if after else None
    legs = [
        session.scalars(_leg(queue, role, at, mark).limit(limit + 1)).all()
        for role in _roles(queue)
    ]
    rows = list(heapq.merge(*legs, key=_key(queue.order)))
    shown = rows[:limit]
    lines = tuple(_lines(session, shown))
    return WaitingPage(lines, shown[-1].id if len(rows) > limit else None)


def tally(session: Session, queue: Queue, at: datetime, *, late: bool = False) -> int:
    """Return how many cases a list holds, counted no further than people care to know."""
    count = 0
    for role in _roles(queue):
        rows = _where(select(col(CaseRow.id)), queue, role, at)
        if late:
            rows = rows.where(col(CaseRow.due_at) < at)
        some = rows.limit(COUNTED_UP_TO + 1 - count).subquery()
        count += session.scalar(select(func.count()).select_from(some)) or 0
        if count > COUNTED_UP_TO:
            break
    return count


def _roles(queue: Queue) -> Sequence[Role | None]:
    return (*Role, None) if queue.roles is None else queue.roles


def _leg(queue: Queue, role: Role | None, at: datetime, mark: CaseRow | None) -> Select[Any]:
    """Return the rows of one role in the order of the list, from a mark on."""
    rows = _where(select(CaseRow), queue, role, at)
    due, name, worth = col(CaseRow.due_at), col(CaseRow.id), col(CaseRow.worth)
    if queue.order is Order.VALUE:
        if mark is not None:
            same = and_(worth == mark.worth, name > mark.id)
            rows = rows.where(or_(worth < mark.worth, same))
        return rows.order_by(desc(worth), name)
    if mark is not None and mark.due_at is not None:
        rows = rows.where(
            due >= mark.due_at, or_(due > mark.due_at, and_(due == mark.due_at, name > mark.id))
        )
    return rows.order_by(due, name)


def _where(rows: Select[Any], queue: Queue, role: Role | None, at: datetime) -> Select[Any]:
    asked, person = col(CaseRow.waiting_for), col(CaseRow.person)
    until = col(CaseRow.snoozed_until)
    conditions: list[ColumnElement[bool]] = [
        col(CaseRow.status) == CaseStatus.WAITING,
        asked.is_(None) if role is None else asked == role,
        until > at if queue.put_off else or_(until.is_(None), until <= at),
    ]
    if queue.plants is not None:
        conditions.append(col(CaseRow.plant).in_(sorted(queue.plants)))
    if queue.kind is not None:
        conditions.append(col(CaseRow.kind) == queue.kind)
    if queue.criticality is not None:
        conditions.append(col(CaseRow.criticality) == queue.criticality)
    if queue.objects:
        conditions.append(col(CaseRow.object).in_(queue.objects))
    if queue.theirs:
        conditions.append(person.in_(queue.people))
    elif queue.roles is not None:
        conditions.append(or_(person.is_(None), person.in_(queue.people)))
    return rows.where(*conditions)


def _key(order: Order) -> Callable[[CaseRow], tuple[float, str]]:
    def by_worth(row: CaseRow) -> tuple[float, str]:
        return (-row.worth, row.id)

    def by_deadline(row: CaseRow) -> tuple[float, str]:
        return (row.due_at.timestamp() if row.due_at else 0.0, row.id)

    return by_worth if order is Order.VALUE else by_deadline


def _lines(session: Session, rows: Sequence[CaseRow]) -> list[Waiting]:
    plans = {
        (case, attempt): plan
        for case, attempt, plan in session.execute(
            select(col(RemedyRow.case_id), col(RemedyRow.attempt), col(RemedyRow.plan)).where(
                col(RemedyRow.case_id).in_([row.id for row in rows])
            )
        )
    }
    return [_line(row, plans.get((row.id, row.attempt))) for row in rows]


def _line(row: CaseRow, plan: dict[str, Any] | None) -> Waiting:
    says = None if plan is None else plan["summary"] if plan["settles"] else plan["question"]
    valued = row.value is not None and row.currency is not None
    return Waiting(
        id=row.id,
        kind=row.kind,
        plant=row.plant,
        object=row.object,
        criticality=row.criticality,
        cause=row.cause,
        value=Money(row.value, row.currency) if valued and row.value and row.currency else None,
        waiting_for=row.waiting_for,
        person=row.person,
        due_at=row.due_at,
        snoozed_until=row.snoozed_until,
        remedy_hash=row.remedy_hash,
        settles=bool(plan and plan["settles"]),
        says=None if says is None else load(Text, says),
    )

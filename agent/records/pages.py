"""Cases as lists and screens show them: read, never written, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Role, Settlement
from agent.plain import load
from agent.records.states import CaseStatus
from agent.records.tables import CaseRow
from tools.objects.money import Money


@dataclass(frozen=True)
class CaseView:
    """One case, as far as its own row tells.

    ``conflict`` None: no playbook recognised it. ``unheard``: it was told something again since it
    last had its facts to read.
    """

    id: str
    kind: str | None
    plant: str
    object: str
    status: CaseStatus
    criticality: Criticality
    signal: Signal
    conflict: Conflict | None
    opened_at: datetime
    changed_at: datetime
    attempt: int
    remedy_hash: str | None
    cause: str | None
    value: Money | None
    waiting_for: Role | None
    person: str | None
    due_at: datetime | None
    snoozed_until: datetime | None
    settlement: Settlement | None
    why: str
    unheard: bool


@dataclass(frozen=True)
class Line:
    """One case in a list."""

    id: str
    kind: str | None
    plant: str
    object: str
    status: CaseStatus
    criticality: Criticality
    cause: str | None
    value: Money | None
    waiting_for: Role | None
    due_at: datetime | None
    opened_at: datetime
    settlement: Settlement | None
    why: str


@dataclass(frozen=True)
class Wish:
    """Which cases a list shows; what is left out does not narrow it."""

    status: CaseStatus | None = None
    plant: str | None = None
    kind: str | None = None
    object: str | None = None
    waiting_for: Role | None = None
    awake_at: datetime | None = None
    plants: frozenset[str] | None = None


@dataclass(frozen=True)
class Page:
    """Some cases in order: urgent first, then oldest. ``after`` leads to the next page."""

    lines: tuple[Line, ...]
    after: str | None


_LISTED = (
    col(CaseRow.id),
    col(CaseRow.kind),
    col(CaseRow.plant),
    col(CaseRow.object),
    col(CaseRow.status),
    col(CaseRow.criticality),
    col(CaseRow.cause),
    col(CaseRow.value),
    col(CaseRow.currency),
    col(CaseRow.waiting_for),
    col(CaseRow.due_at),
    col(CaseRow.opened_at),
    col(CaseRow.settlement),
    col(CaseRow.why),
)


def page(session: Session, wish: Wish, after: str | None = None, limit: int = 50) -> Page:
    """Return the page of cases that follows the case ``after``."""
    rows = select(*_LISTED).where(*_conditions(wish))
    if after is not None:
        rows = rows.where(_beyond(session, after))
    ordered = rows.order_by(col(CaseRow.urgency), col(CaseRow.opened_at), col(CaseRow.id))
    found = session.execute(ordered.limit(limit + 1)).all()
    lines = tuple(_line(row) for row in found[:limit])
    return Page(lines, lines[-1].id if len(found) > limit else None)


def count(session: Session, wish: Wish) -> dict[CaseStatus, int]:
    """Return how many cases there are in each status."""
    rows = session.execute(
        select(col(CaseRow.status), func.count())
        .where(*_conditions(wish))
        .group_by(col(CaseRow.status))
    )
    return {status: number for status, number in rows}


def case(session: Session, name: str) -> CaseView | None:
    """Return one case."""
    row = session.get(CaseRow, name)
    if row is None:
        return None
    return CaseView(
        id=row.id,
        kind=row.kind,
        plant=row.plant,
        object=row.object,
        status=row.status,
        criticality=row.criticality,
        signal=load(Signal, row.signal),
        conflict=load(Conflict, row.conflict) if row.conflict else None,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        attempt=row.attempt,
        remedy_hash=row.remedy_hash,
        cause=row.cause,
        value=_money(row.value, row.currency),
        waiting_for=row.waiting_for,
        person=row.person,
        due_at=row.due_at,
        snoozed_until=row.snoozed_until,
        settlement=row.settlement,
        why=row.why,
        unheard=row.unheard is not None,
    )


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        kind=row.kind,
        plant=row.plant,
        object=row.object,
        status=row.status,
        criticality=row.criticality,
        cause=row.cause,
        value=_money(row.value, row.currency),
        waiting_for=row.waiting_for,
        due_at=row.due_at,
        opened_at=row.opened_at,
        settlement=row.settlement,
        why=row.why,
    )


def _conditions(wish: Wish) -> Sequence[ColumnElement[bool]]:
    equal = {
        CaseRow.status: wish.status,
        CaseRow.plant: wish.plant,
        CaseRow.kind: wish.kind,
        CaseRow.object: wish.object,
        CaseRow.waiting_for: wish.waiting_for,
    }
    conditions: list[ColumnElement[bool]] = [
        col(column) == value for column, value in equal.items() if value is not None
    ]
    if wish.plants is not None:
        conditions.append(col(CaseRow.plant).in_(sorted(wish.plants)))
    if wish.awake_at is not None:
        until = col(CaseRow.snoozed_until)
        conditions.append(or_(until.is_(None), until <= wish.awake_at))
    return conditions


def _beyond(session: Session, after: str) -> ColumnElement[bool]:
    """Return the condition that a case stands behind another in the order of the list."""
    mark = session.get_one(CaseRow, after)
    urgency, opened = col(CaseRow.urgency), col(CaseRow.opened_at)
    return or_(
        urgency > mark.urgency,
        and_(urgency == mark.urgency, opened > mark.opened_at),
        and_(urgency == mark.urgency, opened == mark.opened_at, col(CaseRow.id) > after),
    )


def _money(amount: object, currency: object) -> Money | None:
    if isinstance(amount, Decimal) and isinstance(currency, str):
        return Money(amount, currency)
    return None

"""Figures of operations, counted from the records: backlog, ages, service levels, queues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Answer, Role, Settlement
from agent.records.postings import Posting, of_row
from agent.records.states import (
    UNFINISHED,
    CaseStatus,
    DecisionState,
    LetterState,
    PostingState,
    TurnState,
)
from agent.records.tables import (
    CaseRow,
    DecisionRow,
    LetterRow,
    NoticeRow,
    OutcomeRow,
    PostingRow,
    TurnRow,
)

WINDOW = timedelta(days=30)
TREND_DAYS = 14
HASTY = timedelta(seconds=3)
LOOKED_BACK = 5_000
AGES = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3))
TROUBLED = (PostingState.UNKNOWN, PostingState.GIVEN_UP, PostingState.PARTIAL, PostingState.REFUSED)


@dataclass(frozen=True)
class Decisions:
    """How decisions were taken lately: by people and by the agent."""

    by_people: int
    in_time: int
    median: timedelta | None
    hasty: int
    overturned: int
    alone: int
    alone_ended: Mapping[Settlement, int]


@dataclass(frozen=True)
class Queues:
    """What waits for the machine itself."""

    running: int
    parked: int
    oldest_parked: datetime | None
    notices: int
    oldest_notice: datetime | None
    dead_letters: int


@dataclass(frozen=True)
class Day:
    """What was settled on one day: by the agent's own decision, and otherwise."""

    day: date
    alone: int
    otherwise: int


@dataclass(frozen=True)
class Figures:
    """All of it."""

    backlog: Mapping[str, Mapping[CaseStatus, int]]
    kinds: Mapping[str, int]
    ages: tuple[int, ...]
    late: int
    decisions: Decisions
    postings: Mapping[PostingState, int]
    troubled: tuple[Posting, ...]
    queues: Queues
    days: tuple[Day, ...]


def figures(session: Session, at: datetime, plants: frozenset[str] | None) -> Figures:
    """Count everything the overview shows, of the plants a reader sees."""
    own = () if plants is None else (col(CaseRow.plant).in_(sorted(plants)),)
    return Figures(
        backlog=_backlog(session, own),
        kinds=_kinds(session, own),
        ages=_ages(session, own, at),
        late=_late(session, own, at),
        decisions=_decisions(session, own, at),
        postings=_postings(session),
        troubled=_troubled(session, own),
        queues=_queues(session),
        days=_days(session, own, at),
    )


Own = Sequence[ColumnElement[bool]]


def _backlog(session: Session, own: Own) -> dict[str, dict[CaseStatus, int]]:
    rows = session.execute(
        select(col(CaseRow.plant), col(CaseRow.status), func.count())
        .where(*own)
        .group_by(col(CaseRow.plant), col(CaseRow.status))
    )
    found: dict[str, dict[CaseStatus, int]] = {}
    for plant, status, count in rows:
        found.setdefault(plant, {})[status] = count
    return dict(sorted(found.items()))


def _kinds(session: Session, own: Own) -> dict[str, int]:
    rows = session.execute(
        select(col(CaseRow.kind), func.count())
        .where(col(CaseRow.status).in_(UNFINISHED), *own)
        .group_by(col(CaseRow.kind))
    )
    return {kind or "": count for kind, count in rows}


def _ages(session: Session, own: Own, at: datetime) -> tuple[int, ...]:
    """Return how many unfinished cases are younger than each age, and how many older than all."""
    bounds = [at - age for age in AGES]
    opened = col(CaseRow.opened_at)
    unfinished = select(func.count()).where(col(CaseRow.status).in_(UNFINISHED), *own)
    since = [session.scalar(unfinished.where(opened > bound)) or 0 for bound in bounds]
    whole = session.scalar(unfinished) or 0
    steps = [0, *since, whole]
    return tuple(after - before for before, after in zip(steps, steps[1:], strict=False))


def _late(session: Session, own: Own, at: datetime) -> int:
    waiting = (col(CaseRow.status) == CaseStatus.WAITING, col(CaseRow.due_at) < at)
    return session.scalar(select(func.count()).select_from(CaseRow).where(*waiting, *own)) or 0


def _decisions(session: Session, own: Own, at: datetime) -> Decisions:
    rows = session.execute(
        select(
            col(DecisionRow.role),
            col(DecisionRow.answer),
            col(DecisionRow.asked_at),
            col(DecisionRow.due_at),
            col(DecisionRow.decided_at),
            col(CaseRow.settlement),
        )
        .join(CaseRow, col(CaseRow.id) == col(DecisionRow.case_id))
        .where(
            col(DecisionRow.state) == DecisionState.DECIDED,
            col(DecisionRow.decided_at) > at - WINDOW,
            *own,
        )
        .order_by(col(DecisionRow.decided_at).desc())
        .limit(LOOKED_BACK)
    ).all()
    people = [row for row in rows if row.role is not Role.AGENT]
    took = [row.decided_at - row.asked_at for row in people]
    return Decisions(
        by_people=len(people),
        in_time=sum(row.due_at is None or row.decided_at <= row.due_at for row in people),
        median=median(took) if took else None,
        hasty=sum(
            row.answer is Answer.APPROVE and span < HASTY
            for row, span in zip(people, took, strict=True)
        ),
        overturned=sum(row.answer is not Answer.APPROVE for row in people),
        alone=len(rows) - len(people),
        alone_ended=_ends(rows),
    )


def _ends(rows: Sequence[Any]) -> dict[Settlement, int]:
    ended = (row.settlement for row in rows if row.role is Role.AGENT and row.settlement)
    return dict(Counter[Settlement](ended))


def _postings(session: Session) -> dict[PostingState, int]:
    rows = session.execute(
        select(col(PostingRow.state), func.count()).group_by(col(PostingRow.state))
    )
    return {state: count for state, count in rows}


def _troubled(session: Session, own: Own) -> tuple[Posting, ...]:
    """Return the postings somebody may have to look at, the latest first."""
    rows = session.scalars(
        select(PostingRow)
        .join(CaseRow, col(CaseRow.id) == col(PostingRow.case_id))
        .where(col(PostingRow.state).in_(TROUBLED), *own)
        .order_by(col(PostingRow.changed_at).desc())
        .limit(20)
    )
    return tuple(of_row(row) for row in rows)


def _queues(session: Session) -> Queues:
    rows = session.execute(
        select(col(TurnRow.state), func.count())
        .where(col(TurnRow.state).in_((TurnState.RUNNING, TurnState.PARKED)))
        .group_by(col(TurnRow.state))
    )
    turns = {state: count for state, count in rows}
    unsent = and_(col(NoticeRow.sent_at).is_(None), col(NoticeRow.given_up_at).is_(None))
    parked = col(TurnRow.state) == TurnState.PARKED
    lying = col(LetterRow.state) == LetterState.LYING
    return Queues(
        running=turns.get(TurnState.RUNNING, 0),
        parked=turns.get(TurnState.PARKED, 0),
        oldest_parked=session.scalar(select(func.min(col(TurnRow.taken_at))).where(parked)),
        notices=session.scalar(select(func.count()).select_from(NoticeRow).where(unsent)) or 0,
        oldest_notice=session.scalar(select(func.min(col(NoticeRow.written_at))).where(unsent)),
        dead_letters=session.scalar(select(func.count()).select_from(LetterRow).where(lying)) or 0,
    )


def _days(session: Session, own: Own, at: datetime) -> tuple[Day, ...]:
    first = (at - timedelta(days=TREND_DAYS - 1)).date()
    rows = session.execute(
        select(
            func.date(col(OutcomeRow.settled_at)),
            col(DecisionRow.role) == Role.AGENT,
            func.count(),
        )
        .join(CaseRow, col(CaseRow.id) == col(OutcomeRow.case_id))
        .outerjoin(DecisionRow, col(DecisionRow.id) == col(OutcomeRow.decision))
        .where(col(OutcomeRow.settled_at) > at - timedelta(days=TREND_DAYS), *own)
        .group_by(func.date(col(OutcomeRow.settled_at)), col(DecisionRow.role) == Role.AGENT)
    )
    counts: dict[tuple[str, bool], int] = {}
    for day, alone, count in rows:
        key = (str(day), bool(alone))
        counts[key] = counts.get(key, 0) + count
    days = (first + timedelta(days=step) for step in range(TREND_DAYS))
    return tuple(
        Day(day, counts.get((str(day), True), 0), counts.get((str(day), False), 0)) for day in days
    )

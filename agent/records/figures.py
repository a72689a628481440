"""Figures of operations, counted from the records: backlog, ages, service levels, queues."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Answer, Role, Settlement
from agent.records.posting_rows import Posting, of_row
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
LOOKED_BACK = 2_000
"""So many of the latest decisions tell how decisions are taken."""
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
    kinds, ages = _unfinished(session, plants, at)
    return Figures(
        backlog=_backlog(session, plants),
        kinds=kinds,
        ages=ages,
        late=_late(session, own, at),
        decisions=_decisions(session, own, at),
        postings=_postings(session),
        troubled=_troubled(session, own),
        queues=_queues(session),
        days=_days(session, plants, at),
    )


Own = Sequence[ColumnElement[bool]]


def _backlog(session: Session, plants: frozenset[str] | None) -> dict[str, dict[CaseStatus, int]]:
    of = col(CaseRow.plant), col(CaseRow.status)
    found: dict[str, dict[CaseStatus, int]] = {}
    for plant, status, count in session.execute(select(*of, func.count()).group_by(*of)):
        if plants is None or plant in plants:
            found.setdefault(plant, {})[status] = count
    return dict(sorted(found.items()))


def _unfinished(
    session: Session, plants: frozenset[str] | None, at: datetime
) -> tuple[dict[str, int], tuple[int, ...]]:
    """Return how many unfinished cases there are of each kind, and of each age.

    The ages are those between the bounds; the last is of what is older than all of them. Plants
    are told apart here: asked for some, SQLite leaves the index that has everything.
    """
    of, opened = (col(CaseRow.plant), col(CaseRow.kind)), col(CaseRow.opened_at)
    since = [func.sum(case((opened > at - age, 1), else_=0)) for age in AGES]
    rows = session.execute(
        select(*of, *since, func.count()).where(col(CaseRow.status).in_(UNFINISHED)).group_by(*of)
    )
    kinds, younger = Counter[str](), [0] * (len(AGES) + 1)
    for row in rows:
        if plants is None or row.plant in plants:
            counts: list[int] = list(row[2:])
            kinds[row.kind or ""] += counts[-1]
            younger = [so_far + more for so_far, more in zip(younger, counts, strict=True)]
    ages = (older - newer for newer, older in itertools.pairwise([0, *younger]))
    return dict(kinds), tuple(ages)


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
    its = exists().where(col(CaseRow.id) == col(PostingRow.case_id), *own)
    rows = session.scalars(
        select(PostingRow)
        .where(col(PostingRow.state).in_(TROUBLED), its)
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


def _days(session: Session, plants: frozenset[str] | None, at: datetime) -> tuple[Day, ...]:
    first = (at - timedelta(days=TREND_DAYS - 1)).date()
    day, alone = func.date(col(OutcomeRow.settled_at)), col(OutcomeRow.alone)
    rows = select(day, alone, func.count()).where(
        col(OutcomeRow.settled_at) > at - timedelta(days=TREND_DAYS)
    )
    if plants is not None:
        rows = rows.where(col(OutcomeRow.plant).in_(sorted(plants)))
    counts = {
        (str(on), own): count for on, own, count in session.execute(rows.group_by(day, alone))
    }
    days = (first + timedelta(days=step) for step in range(TREND_DAYS))
    return tuple(
        Day(one, counts.get((str(one), True), 0), counts.get((str(one), False), 0)) for one in days
    )

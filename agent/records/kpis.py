"""Key figures that follow from the records, of a plant or of several, in a stretch of time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Role, Settlement
from agent.records.states import UNFINISHED, DecisionState, PostingState
from agent.records.tables import CaseRow, DecisionRow, OutcomeRow, PostingRow

Rows = TypeVar("Rows", bound="Select[*tuple[Any, ...]]")

MOST = 20_000
"""So many of the latest rows a distribution is worked out of."""


@dataclass(frozen=True)
class Stretch:
    """Which cases count: those of these plants (None: all), from a time until another."""

    since: datetime
    until: datetime
    plants: Collection[str] | None = None


@dataclass(frozen=True)
class Spread:
    """How long something takes: seconds for half of them, for nine in ten, and the longest."""

    count: int
    median: float | None
    ninth: float | None
    longest: float | None


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """The share; None where there is nothing to share."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Alone:
    """What the agent settled by itself, and how that went."""

    decided: int
    outcomes: dict[Settlement, int]


@dataclass(frozen=True)
class Kpis:
    """The key figures of a stretch of time."""

    since: datetime
    until: datetime
    order_sync_latency: Spread
    exception_resolution_time: Spread
    integration_failure_rate: Share
    manual_share: Share
    alone: Alone
    service_level: Share
    open_ages: Spread
    backlog: dict[str, int]


def kpis(session: Session, stretch: Stretch) -> Kpis:
    """Return all key figures."""
    return Kpis(
        since=stretch.since,
        until=stretch.until,
        order_sync_latency=order_sync_latency(session, stretch),
        exception_resolution_time=exception_resolution_time(session, stretch),
        integration_failure_rate=integration_failure_rate(session, stretch),
        manual_share=manual_share(session, stretch),
        alone=alone(session, stretch),
        service_level=service_level(session, stretch),
        open_ages=open_ages(session, stretch),
        backlog=backlog(session, stretch),
    )


def order_sync_latency(session: Session, stretch: Stretch) -> Spread:
    """Return how long systems stayed apart: from the case's opening to its last hard posting."""
    rows = _of_cases(
        select(col(CaseRow.opened_at), func.max(col(PostingRow.changed_at)))
        .join(PostingRow, col(PostingRow.case_id) == col(CaseRow.id))
        .where(
            col(PostingRow.state) == PostingState.CONFIRMED,
            col(PostingRow.hard).is_(True),
            *_within(col(PostingRow.changed_at), stretch),
        )
        .group_by(col(CaseRow.id), col(CaseRow.opened_at)),
        stretch,
    )
    return _spread(session.execute(rows.limit(MOST)).all())


def exception_resolution_time(session: Session, stretch: Stretch) -> Spread:
    """Return how long cases took from opening to settlement."""
    rows = _of_cases(
        select(col(CaseRow.opened_at), col(OutcomeRow.settled_at))
        .join(OutcomeRow, col(OutcomeRow.case_id) == col(CaseRow.id))
        .where(
            col(OutcomeRow.settlement) != Settlement.UNSETTLED,
            *_within(col(OutcomeRow.settled_at), stretch),
        )
        .order_by(col(OutcomeRow.settled_at).desc()),
        stretch,
    )
    return _spread(session.execute(rows.limit(MOST)).all())


def integration_failure_rate(session: Session, stretch: Stretch) -> Share:
    """Return how many postings were refused or given up, of all that were tried to an end."""
    failed = (PostingState.REFUSED, PostingState.GIVEN_UP)
    ended = (*failed, PostingState.CONFIRMED, PostingState.PARTIAL)
    rows = _of_cases(
        select(col(PostingRow.state), func.count())
        .join(CaseRow, col(CaseRow.id) == col(PostingRow.case_id))
        .where(col(PostingRow.state).in_(ended), *_within(col(PostingRow.changed_at), stretch))
        .group_by(col(PostingRow.state)),
        stretch,
    )
    counts = {state: number for state, number in session.execute(rows)}
    return Share(sum(counts.get(state, 0) for state in failed), sum(counts.values()))


def manual_share(session: Session, stretch: Stretch) -> Share:
    """Return how many decisions people took, of all."""
    agent = col(DecisionRow.role) == Role.AGENT
    rows = select(agent, func.count()).group_by(agent)
    counts = {bool(by): number for by, number in session.execute(_decided(rows, stretch))}
    return Share(counts.get(False, 0), sum(counts.values()))


def alone(session: Session, stretch: Stretch) -> Alone:
    """Return what became of the cases the agent decided."""
    rows = (
        select(col(CaseRow.settlement), func.count())
        .where(col(DecisionRow.role) == Role.AGENT)
        .group_by(col(CaseRow.settlement))
    )
    counts = [(how, number) for how, number in session.execute(_decided(rows, stretch))]
    return Alone(
        decided=sum(number for _, number in counts),
        outcomes={how: number for how, number in counts if how is not None},
    )


def service_level(session: Session, stretch: Stretch) -> Share:
    """Return how many questions people answered in time, of those that had a time."""
    in_time = col(DecisionRow.decided_at) <= col(DecisionRow.due_at)
    rows = (
        select(in_time, func.count())
        .where(col(DecisionRow.due_at).is_not(None), col(DecisionRow.role) != Role.AGENT)
        .group_by(in_time)
    )
    counts = {bool(met): number for met, number in session.execute(_decided(rows, stretch))}
    return Share(counts.get(True, 0), sum(counts.values()))


def open_ages(session: Session, stretch: Stretch) -> Spread:
    """Return how old the cases are that are not settled, at the end of the stretch."""
    rows = _of_cases(
        select(col(CaseRow.opened_at))
        .where(col(CaseRow.status).in_(UNFINISHED), col(CaseRow.opened_at) <= stretch.until)
        .order_by(col(CaseRow.opened_at)),
        stretch,
    )
    return _spread([(at, stretch.until) for at in session.scalars(rows.limit(MOST))])


def backlog(session: Session, stretch: Stretch) -> dict[str, int]:
    """Return how many cases are not settled, by plant."""
    rows = _of_cases(
        select(col(CaseRow.plant), func.count())
        .where(col(CaseRow.status).in_(UNFINISHED))
        .group_by(col(CaseRow.plant)),
        stretch,
    )
    return {plant: number for plant, number in session.execute(rows)}


def _decided(rows: Rows, stretch: Stretch) -> Rows:
    joined = rows.select_from(DecisionRow).join(
        CaseRow, col(CaseRow.id) == col(DecisionRow.case_id)
    )
    decided = joined.where(
        col(DecisionRow.state) == DecisionState.DECIDED,
        *_within(col(DecisionRow.decided_at), stretch),
    )
    return _of_cases(decided, stretch)


def _of_cases(rows: Rows, stretch: Stretch) -> Rows:
    if stretch.plants is None:
        return rows
    return rows.where(col(CaseRow.plant).in_(sorted(stretch.plants)))


def _within(column: Any, stretch: Stretch) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= stretch.since, column < stretch.until + timedelta(microseconds=1)


def _spread(pairs: Sequence[Any]) -> Spread:
    took = sorted(max(0.0, (end - begin).total_seconds()) for begin, end in pairs)
    if not took:
        return Spread(0, None, None, None)
    return Spread(len(took), _at(took, 0.5), _at(took, 0.9), took[-1])


def _at(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of them does not exceed."""
    place = max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)
    return ordered[min(place, len(ordered) - 1)]

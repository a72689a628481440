"""What the plant's own people ask of the records, as metrics: what waits, and what was settled.

What was settled is told of the last 24 hours, for cases are let go of in the end: a sum over all
that are kept would go down again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from prometheus_client.core import HistogramMetricFamily
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Settlement
from agent.records.states import CaseStatus
from agent.records.tables import CaseRow, OutcomeRow
from agent.service.gauges import gauge

LATELY = timedelta(days=1)
LOOKED_AT = 20_000
"""So many of the latest settlements tell how long settling takes."""

BUCKETS = (60.0, 300.0, 900.0, 3600.0, 14_400.0, 28_800.0, 86_400.0, 259_200.0, 604_800.0)


def families(session: Session, now: datetime) -> Iterator[Any]:
    """Return what waits for people, and what became of what was settled lately."""
    yield from _waiting(session, now)
    yield from _settled(session, now)
    yield _took(session, now)


def _waiting(session: Session, now: datetime) -> Iterator[Any]:
    of = col(CaseRow.plant), col(CaseRow.waiting_for), col(CaseRow.kind), col(CaseRow.currency)
    late = func.sum(case((col(CaseRow.due_at) < now, 1), else_=0))
    rows = session.execute(
        select(*of, func.count(), late, func.sum(col(CaseRow.worth)))
        .where(col(CaseRow.status) == CaseStatus.WAITING)
        .group_by(*of)
    )
    asked, kinds = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    overdue, worth = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for plant, role, kind, currency, number, behind, cents in rows:
        who = role.value if role else "nobody"
        asked[plant, who] += number
        kinds[plant, who, kind or ""] += number
        overdue[plant, who] += int(behind or 0)
        if currency:
            worth[plant, currency] += int(cents or 0)
    by_role = ("plant", "role")
    yield gauge("concord_approvals_waiting", "Questions that wait for a role.", by_role, _of(asked))
    said = "The same, by the kind of conflict."
    yield gauge("concord_cases_waiting", said, (*by_role, "kind"), _of(kinds))
    yield gauge("concord_cases_overdue", "Those past their deadline.", by_role, _of(overdue))
    said = "What they are worth, where somebody can say."
    money = ((of, cents / 100) for of, cents in sorted(worth.items()))
    yield gauge("concord_cases_waiting_value", said, ("plant", "currency"), money)


def _settled(session: Session, now: datetime) -> Iterator[Any]:
    of = (
        col(OutcomeRow.plant),
        col(OutcomeRow.kind),
        col(OutcomeRow.settlement),
        col(OutcomeRow.alone),
        col(CaseRow.currency),
    )
    rows = session.execute(
        select(*of, func.count(), func.sum(col(CaseRow.worth)))
        .join(CaseRow, col(CaseRow.id) == col(OutcomeRow.case_id))
        .where(col(OutcomeRow.settled_at) > now - LATELY)
        .group_by(*of)
    )
    cases, worth = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for plant, kind, settlement, alone, currency, number, cents in rows:
        by = "agent" if alone else "others"
        cases[plant, kind or "", settlement.value, by] += number
        if currency:
            worth[plant, by, currency] += int(cents or 0)
    said = "Cases settled within 24 hours, by the agent's own decision or otherwise."
    yield gauge("concord_settled_cases", said, ("plant", "kind", "settlement", "by"), _of(cases))
    money = ((of, cents / 100) for of, cents in sorted(worth.items()))
    said = "What these were worth, where somebody can say."
    yield gauge("concord_settled_value", said, ("plant", "by", "currency"), money)


def _took(session: Session, now: datetime) -> Any:
    rows = session.execute(
        select(col(OutcomeRow.plant), col(CaseRow.opened_at), col(OutcomeRow.settled_at))
        .join(CaseRow, col(CaseRow.id) == col(OutcomeRow.case_id))
        .where(
            col(OutcomeRow.settled_at) > now - LATELY,
            col(OutcomeRow.settlement) != Settlement.UNSETTLED,
        )
        .order_by(col(OutcomeRow.settled_at).desc())
        .limit(LOOKED_AT)
    )
    took: dict[str, list[float]] = {}
    for plant, opened, settled in rows:
        took.setdefault(plant, []).append((settled - opened).total_seconds())
    said = "From opening a case to its end, of those settled within 24 hours."
    family = HistogramMetricFamily("concord_settling_seconds", said, labels=["plant"])
    for plant, seconds in sorted(took.items()):
        buckets = [(str(edge), float(sum(one <= edge for one in seconds))) for edge in BUCKETS]
        family.add_metric([plant], [*buckets, ("+Inf", float(len(seconds)))], sum(seconds))
    return family


def _of(counts: Counter[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], float]]:
    for of, number in sorted(counts.items()):
        yield of, float(number)

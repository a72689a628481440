"""The sweep of deadlines: reminders, escalations, and cases whose snooze is over.

What is told is written to the outbox in the transaction that notes that it was. So it is told once,
however many workers sweep, and whenever one of them dies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.notify.deadlines import Question, next_after, owed
from agent.records.audit import MACHINE, Entry, append
from agent.records.database import Database
from agent.records.outbox import Notice, put
from agent.records.states import CaseStatus, DecisionState
from agent.records.tables import CaseRow, DecisionRow
from tools.plant.model import Plant
from tools.plant.notify import Topic

NOTHING_LEFT = timedelta(days=1)
"""So long a question is not looked at of which everybody was told; it may be forwarded then."""

AT_ONCE = 500


def sweep(database: Database, plants: Mapping[str, Plant], now: datetime) -> int:
    """Bring up again what is due, and return how much was told."""
    with database.read() as session:
        if not session.execute(_questions(now).limit(1)).first() and not _snoozed(session, now, 1):
            return 0
    with database.write() as session:
        woken = _snoozed(session, now, AT_ONCE)
        for case in woken:
            _wake(session, case, now)
        rows = session.execute(_questions(now).limit(AT_ONCE)).all()
        return len(woken) + sum(_remind(session, row, case, plants, now) for row, case in rows)


def _questions(now: datetime) -> Select[DecisionRow, CaseRow]:
    return (
        select(DecisionRow, CaseRow)
        .join(CaseRow, col(DecisionRow.case_id) == col(CaseRow.id))
        .where(
            col(DecisionRow.state) == DecisionState.PENDING,
            col(CaseRow.status) == CaseStatus.WAITING,
            col(DecisionRow.due_at).is_not(None),
            or_(col(DecisionRow.look_at).is_(None), col(DecisionRow.look_at) <= now),
        )
        .order_by(col(DecisionRow.due_at), col(DecisionRow.id))
    )


def _snoozed(session: Session, now: datetime, most: int) -> list[CaseRow]:
    rows = select(CaseRow).where(
        col(CaseRow.snoozed_until) <= now, col(CaseRow.status) == CaseStatus.WAITING
    )
    return list(session.scalars(rows.order_by(col(CaseRow.snoozed_until)).limit(most)))


def _wake(session: Session, case: CaseRow, now: datetime) -> None:
    """Put a case back on the list it was taken off, and say so."""
    role = case.waiting_for.value if case.waiting_for else None
    until = case.snoozed_until.isoformat() if case.snoozed_until else None
    case.snoozed_until = None
    details = {"role": role, "until": until}
    put(session, Notice(Topic.WOKEN, case.id, details), now)
    append(session, Entry(MACHINE, "snooze over", case.id, details=details), now)


def _remind(
    session: Session, row: DecisionRow, case: CaseRow, plants: Mapping[str, Plant], now: datetime
) -> int:
    """Tell what is owed of one question, and note when to look again."""
    plant = plants.get(case.plant)
    routed = plant is not None and plant.notify.routes
    if plant is None or not routed or row.due_at is None or row.asked is None:
        row.look_at = now + NOTHING_LEFT
        return 0
    question = Question(
        row.asked_at, row.due_at, case.criticality.value, row.asked.value, case.snoozed_until
    )
    found = owed(question, plant, row.look_at or row.asked_at, now)
    for call in found:
        details = {
            "decision": row.id,
            "role": call.role,
            "asked": row.asked.value,
            "due_at": row.due_at.isoformat(),
        }
        put(session, Notice(call.topic, case.id, details), now)
        if call.topic is Topic.ESCALATED:
            append(session, Entry(MACHINE, "case escalated", case.id, details=details), now)
    row.look_at = next_after(question, plant, now) or now + NOTHING_LEFT
    return len(found)

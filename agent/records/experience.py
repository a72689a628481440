"""What became of cases like one: how often a confidence was right, how alike ones were decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, desc, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Answer, Role, Settlement
from agent.records.states import DecisionState
from agent.records.tables import CaseRow, DecisionRow, OutcomeRow, RemedyRow

LOOKED_BACK = 200
LATEST = 3


@dataclass(frozen=True)
class TrackRecord:
    """Of the last ``judged`` remedies at or above a confidence, so many were approved by people."""

    judged: int
    right: int
    at_least: float


@dataclass(frozen=True)
class Alike:
    """A settled case of the same cause: what became of it, who decided, and when."""

    case: str
    object: str
    settlement: Settlement
    answer: Answer | None
    by: str | None
    why: str
    settled_at: datetime


@dataclass(frozen=True)
class Experience:
    """How remedies of one cause fared: people's decisions lately, and the latest cases."""

    approved: int
    rejected: int
    latest: tuple[Alike, ...]


def track_record(session: Session, kind: str, at_least: float) -> TrackRecord:
    """Return how often people approved remedies of a kind that were at least so sure."""
    rows = session.execute(
        select(col(DecisionRow.answer), RemedyRow)
        .join(
            RemedyRow,
            and_(
                col(RemedyRow.case_id) == col(DecisionRow.case_id),
                col(RemedyRow.attempt) == col(DecisionRow.attempt),
            ),
        )
        .where(
            col(DecisionRow.kind) == kind,
            col(DecisionRow.state) == DecisionState.DECIDED,
            col(DecisionRow.cause).is_not(None),
            col(DecisionRow.role) != Role.AGENT,
        )
        .order_by(desc(col(DecisionRow.decided_at)))
        .limit(LOOKED_BACK)
    )
    answers = [
        answer for answer, pin in rows if float(pin.diagnosis.get("confidence") or 0) >= at_least
    ]
    return TrackRecord(len(answers), answers.count(Answer.APPROVE), at_least)


def experience(session: Session, kind: str, cause: str, but: str) -> Experience:
    """Return how remedies of a cause fared lately, the case ``but`` left out."""
    answers = session.scalars(
        select(col(DecisionRow.answer))
        .where(
            col(DecisionRow.kind) == kind,
            col(DecisionRow.cause) == cause,
            col(DecisionRow.state) == DecisionState.DECIDED,
            col(DecisionRow.case_id) != but,
        )
        .order_by(desc(col(DecisionRow.decided_at)))
        .limit(LOOKED_BACK)
    ).all()
    return Experience(
        approved=answers.count(Answer.APPROVE),
        rejected=answers.count(Answer.REJECT) + answers.count(Answer.CHANGE),
        latest=tuple(_latest(session, kind, cause, but)),
    )


def _latest(session: Session, kind: str, cause: str, but: str) -> list[Alike]:
    rows = session.execute(
        select(OutcomeRow, col(CaseRow.object), DecisionRow)
        .join(CaseRow, col(CaseRow.id) == col(OutcomeRow.case_id))
        .outerjoin(DecisionRow, col(DecisionRow.id) == col(OutcomeRow.decision))
        .where(
            col(OutcomeRow.kind) == kind,
            col(OutcomeRow.cause) == cause,
            col(OutcomeRow.case_id) != but,
        )
        .order_by(desc(col(OutcomeRow.settled_at)))
        .limit(LATEST)
    )
    return [
        Alike(
            case=outcome.case_id,
            object=name,
            settlement=outcome.settlement,
            answer=decision.answer if decision else None,
            by=decision.by if decision else None,
            why=outcome.why,
            settled_at=outcome.settled_at,
        )
        for outcome, name, decision in rows
    ]

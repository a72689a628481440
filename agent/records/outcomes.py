"""Outcomes: what became of cases, and how often the remedies of a cause were rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Answer, Role, Settlement
from agent.records.audit import MACHINE, Entry, append
from agent.records.documents import bears
from agent.records.outbox import Notice, put
from agent.records.remedies import case_row
from agent.records.states import CaseStatus, DecisionState
from agent.records.tables import DecisionRow, OutcomeRow


@dataclass(frozen=True)
class Outcome:
    """What became of a case, and the decision that led to it.

    ``document`` is what a person posted by hand; what Concord posted is found by its postings.
    """

    case: str
    settlement: Settlement
    kind: str | None
    cause: str | None
    why: str = ""
    decision: str | None = None
    document: str | None = None


@dataclass(frozen=True)
class Tally:
    """How many decisions there were on remedies of one cause, and how many said no."""

    decided: int
    rejected: int


def settle(session: Session, outcome: Outcome, at: datetime) -> None:
    """Record an outcome; the same one again changes nothing.

    What is left unsettled needs a person, and may be settled later; what is settled stays so.
    """
    case = case_row(session, outcome.case)
    known = session.get(OutcomeRow, outcome.case)
    if known is not None and known.settlement is not Settlement.UNSETTLED:
        return
    row = known or OutcomeRow(
        case_id=case.id, settlement=outcome.settlement, settled_at=at, plant=case.plant
    )
    if known is not None and _of_row(known) == outcome and case.status is CaseStatus.NEEDS_PERSON:
        return
    row.settlement, row.settled_at = outcome.settlement, at
    row.kind, row.cause = outcome.kind, outcome.cause
    row.why, row.decision, row.document = outcome.why, outcome.decision, outcome.document
    by_hand = outcome.settlement is Settlement.BY_PERSON
    row.alone = not by_hand and _alone(session, outcome.decision)
    session.add(row)
    unsettled = outcome.settlement is Settlement.UNSETTLED
    case.status = CaseStatus.NEEDS_PERSON if unsettled else CaseStatus.SETTLED
    case.settlement, case.why, case.changed_at = outcome.settlement, outcome.why, at
    case.waiting_for = case.person = case.due_at = case.snoozed_until = None
    _withdraw(session, case.id)
    details = {
        "settlement": outcome.settlement.value,
        "kind": outcome.kind,
        "cause": outcome.cause,
        "why": outcome.why,
        "decision": outcome.decision,
    }
    if unsettled:
        put(session, Notice("needs_person", case.id, details), at)
    append(session, Entry(MACHINE, "case settled", case.id, details=details), at)


def outcome_of(session: Session, case: str) -> Outcome | None:
    """Return what became of a case, if it has come to an end."""
    row = session.get(OutcomeRow, case)
    return None if row is None else _of_row(row)


def cases_of_document(session: Session, number: str) -> list[str]:
    """Return the cases a person settled with a document, the first one first."""
    rows = select(col(OutcomeRow.case_id)).where(bears(col(OutcomeRow.document), number))
    return list(session.scalars(rows.order_by(col(OutcomeRow.settled_at))))


def rejections(session: Session, kind: str) -> dict[str, Tally]:
    """Return for each cause of a kind of conflict how people and agent decided on its remedies."""
    rows = session.execute(
        select(col(DecisionRow.cause), col(DecisionRow.answer), func.count())
        .where(
            col(DecisionRow.kind) == kind,
            col(DecisionRow.cause).is_not(None),
            col(DecisionRow.answer).is_not(None),  # every case asks: the index alone can tell
        )
        .group_by(col(DecisionRow.cause), col(DecisionRow.answer))
    )
    tallies: dict[str, Tally] = {}
    for cause, answer, count in rows:
        before = tallies.get(cause or "", Tally(0, 0))
        rejected = count if answer is Answer.REJECT else 0
        tallies[cause or ""] = Tally(before.decided + count, before.rejected + rejected)
    return tallies


def _alone(session: Session, decision: str | None) -> bool:
    """Return whether a decision was the agent's own."""
    found = session.get(DecisionRow, decision) if decision else None
    return found is not None and found.role is Role.AGENT


def _withdraw(session: Session, case: str) -> None:
    """Take back the question a settled case still had."""
    rows = session.scalars(
        select(DecisionRow).where(
            col(DecisionRow.case_id) == case, col(DecisionRow.state) == DecisionState.PENDING
        )
    )
    for row in rows:
        row.state = DecisionState.WITHDRAWN


def _of_row(row: OutcomeRow) -> Outcome:
    return Outcome(
        case=row.case_id,
        settlement=row.settlement,
        kind=row.kind,
        cause=row.cause,
        why=row.why,
        decision=row.decision,
        document=row.document,
    )

"""Postings as the ledger has them, and how they are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.plain import load
from agent.records.documents import bears
from agent.records.states import UNANSWERED, CaseStatus, PostingState
from agent.records.tables import CaseRow, PostingRow
from tools.objects.sync import Refusal


@dataclass(frozen=True)
class Posting:
    """One row of the ledger. ``attempts`` counts how often it may have gone out."""

    key: str
    case: str
    kind: str
    ordinal: int
    system: str
    touches: str
    hard: bool
    action: Mapping[str, Any]
    decision: str | None
    state: PostingState
    attempts: int
    intended_at: datetime
    sent_at: datetime | None
    look_again_at: datetime | None
    changed_at: datetime
    document: str | None
    refusals: tuple[Refusal, ...]
    why: str


def get(session: Session, key: str) -> Posting | None:
    """Return a posting by its key."""
    row = session.get(PostingRow, key)
    return None if row is None else of_row(row)


def of_case(session: Session, case: str) -> list[Posting]:
    """Return the postings of a case, in the order they were intended."""
    rows = select(PostingRow).where(col(PostingRow.case_id) == case)
    ordered = rows.order_by(col(PostingRow.intended_at), col(PostingRow.key))
    return [of_row(row) for row in session.scalars(ordered)]


def of_document(session: Session, number: str) -> list[Posting]:
    """Return the postings that made a document, named with or without its year or count."""
    rows = select(PostingRow).where(bears(col(PostingRow.document), number))
    return [of_row(row) for row in session.scalars(rows.order_by(col(PostingRow.intended_at)))]


def open_ones(session: Session) -> list[Posting]:
    """Return what was sent or is unknown."""
    rows = select(PostingRow).where(col(PostingRow.state).in_(UNANSWERED))
    return [of_row(row) for row in session.scalars(rows.order_by(col(PostingRow.sent_at)))]


def undone(session: Session) -> list[Posting]:
    """Return what needs no decision and did not go out, of cases that wait or are settled."""
    resting = (CaseStatus.WAITING, CaseStatus.SETTLED)
    rows = (
        select(PostingRow)
        .join(CaseRow, col(CaseRow.id) == col(PostingRow.case_id))
        .where(
            col(PostingRow.state) == PostingState.INTENDED,
            ~col(PostingRow.hard),
            col(CaseRow.status).in_(resting),
        )
    )
    return [of_row(row) for row in session.scalars(rows.order_by(col(PostingRow.changed_at)))]


def given_up(session: Session) -> list[Posting]:
    """Return what was handed to a person, oldest first."""
    rows = select(PostingRow).where(col(PostingRow.state) == PostingState.GIVEN_UP)
    return [of_row(row) for row in session.scalars(rows.order_by(col(PostingRow.changed_at)))]


def of_row(row: PostingRow) -> Posting:
    """Return what a row says."""
    return Posting(
        key=row.key,
        case=row.case_id,
        kind=row.kind,
        ordinal=row.ordinal,
        system=row.system,
        touches=row.touches,
        hard=row.hard,
        action=row.action,
        decision=row.decision,
        state=row.state,
        attempts=row.attempts,
        intended_at=row.intended_at,
        sent_at=row.sent_at,
        look_again_at=row.look_again_at,
        changed_at=row.changed_at,
        document=row.document,
        refusals=tuple(load(Refusal, plain) for plain in row.refusals),
        why=row.why,
    )

"""The records as the source of precedents: settled, approved cases, as they stand in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Answer, Settlement
from agent.case.text import Text
from agent.plain import load
from agent.precedents.card import Precedent, card_of
from agent.records.database import Database
from agent.records.tables import CaseRow, DecisionRow, OutcomeRow, RemedyRow


class Source(Protocol):
    """Where precedents come from."""

    def kinds(self) -> list[str]:
        """Return the kinds that have precedents."""
        ...

    def cases(self, kind: str) -> set[str]:
        """Return the cases of a kind that are precedents."""
        ...

    def precedents(self, kind: str) -> Sequence[Precedent]:
        """Return all precedents of a kind."""
        ...

    def precedent(self, case: str) -> Precedent | None:
        """Return a case as a precedent, or None where it is none."""
        ...


class RecordedPrecedents:
    """Reads precedents from the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kinds(self) -> list[str]:
        """Return the kinds that have precedents."""
        with self._database.read() as session:
            wanted = select(col(OutcomeRow.kind)).where(
                col(OutcomeRow.settlement) == Settlement.CORRECTED
            )
            return sorted({kind for kind in session.scalars(wanted.distinct()) if kind})

    def cases(self, kind: str) -> set[str]:
        """Return the cases of a kind that are precedents."""
        with self._database.read() as session:
            return set(session.scalars(_settled(kind).with_only_columns(col(OutcomeRow.case_id))))

    def precedents(self, kind: str) -> list[Precedent]:
        """Return all precedents of a kind."""
        with self._database.read() as session:
            found = [_precedent(session, row) for row in session.scalars(_settled(kind))]
            return [precedent for precedent in found if precedent is not None]

    def precedent(self, case: str) -> Precedent | None:
        """Return a case as a precedent, or None where it is none."""
        with self._database.read() as session:
            outcome = session.get(OutcomeRow, case)
            if outcome is None or outcome.settlement is not Settlement.CORRECTED:
                return None
            return _precedent(session, outcome)


def _settled(kind: str) -> Select[OutcomeRow]:
    """Select the outcomes of a kind that a recorded approval led to."""
    return (
        select(OutcomeRow)
        .join(DecisionRow, col(DecisionRow.id) == col(OutcomeRow.decision))
        .where(
            col(OutcomeRow.kind) == kind,
            col(OutcomeRow.settlement) == Settlement.CORRECTED,
            col(DecisionRow.answer) == Answer.APPROVE,
        )
    )


def _precedent(session: Session, outcome: OutcomeRow) -> Precedent | None:
    case = session.get(CaseRow, outcome.case_id)
    decision = session.get(DecisionRow, outcome.decision) if outcome.decision else None
    if case is None or decision is None or decision.answer is not Answer.APPROVE:
        return None
    pin = session.get(RemedyRow, (case.id, decision.attempt))
    if pin is None or outcome.cause is None or outcome.kind is None:
        return None
    return Precedent(
        case=case.id,
        kind=outcome.kind,
        cause=outcome.cause,
        summary=str(load(Text, pin.plan["summary"])),
        approved_by=decision.by or "",
        card=card_of(case.signal, pin.facts),
    )

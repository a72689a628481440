"""From any document back to the signal that led to it, and from a signal forward to its documents.

signal ← case ← facts ← diagnosis ← remedy ← decision ← posting ← document
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.plain import dump
from agent.records import decisions, outcomes, pages, posting_rows, remedies
from agent.records.answers import Decided
from agent.records.audit import Link, entries_of
from agent.records.outcomes import Outcome
from agent.records.pages import CaseView
from agent.records.posting_rows import Posting
from agent.records.remedies import Pin
from agent.records.states import DecisionState
from agent.records.tables import CaseRow, DecisionRow, InboxRow


@dataclass(frozen=True)
class Sent:
    """One signal of a case, as it came in."""

    source: str
    id: str
    how: str
    received_at: str


@dataclass(frozen=True)
class Trace:
    """Everything that belongs to one case, in the order it came about.

    ``found_by`` are the postings of the document that was asked for; empty where a case was.
    """

    case: CaseView
    signals: tuple[Sent, ...]
    attempts: tuple[Pin, ...]
    decisions: tuple[Decided, ...]
    postings: tuple[Posting, ...]
    outcome: Outcome | None
    audit: tuple[Link, ...]
    found_by: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return all of it as JSON-plain data."""
        return {
            "case": dump(self.case),
            "signals": [asdict(signal) for signal in self.signals],
            "attempts": [asdict(pin) for pin in self.attempts],
            "decisions": [dump(decided) for decided in self.decisions],
            "postings": [dump(posting) for posting in self.postings],
            "outcome": None if self.outcome is None else dump(self.outcome),
            "audit": [link.plain() for link in self.audit],
            "found_by": list(self.found_by),
        }

    def decided_on(self, posting: Posting) -> Decided | None:
        """Return the decision a posting was made on."""
        for decided in self.decisions:
            if decided.decision.id == posting.decision:
                return decided
        return None

    def attempt_of(self, decided: Decided) -> Pin | None:
        """Return what was decided on."""
        return next((pin for pin in self.attempts if pin.attempt == decided.attempt), None)


def trace(session: Session, word: str) -> list[Trace]:
    """Return the traces a document number, case, signal or posting leads to; usually one."""
    found = posting_rows.of_document(session, word)
    keys: Mapping[str, Sequence[str]] = {
        name: [posting.key for posting in found if posting.case == name]
        for name in dict.fromkeys(posting.case for posting in found)
    }
    by_hand = outcomes.cases_of_document(session, word)
    names = list(dict.fromkeys((*keys, *by_hand))) or _cases_of(session, word)
    return [of_case(session, name, tuple(keys.get(name, ()))) for name in names]


def of_case(session: Session, name: str, found_by: tuple[str, ...] = ()) -> Trace:
    """Return the trace of one case.

    Raises:
        NoSuchCase: There is none.
    """
    view = pages.case(session, name)
    if view is None:
        raise remedies.NoSuchCase(name)
    return Trace(
        case=view,
        signals=_signals(session, name),
        attempts=tuple(remedies.attempts(session, name)),
        decisions=_decisions(session, name),
        postings=tuple(posting_rows.of_case(session, name)),
        outcome=outcomes.outcome_of(session, name),
        audit=tuple(entries_of(session, name)),
        found_by=found_by,
    )


def _cases_of(session: Session, word: str) -> list[str]:
    """Return the cases that a case id, a signal's id or a posting's key names."""
    if session.get(CaseRow, word) is not None:
        return [word]
    posting = posting_rows.get(session, word)
    if posting is not None:
        return [posting.case]
    rows = select(col(InboxRow.case_id)).where(
        col(InboxRow.signal) == word, col(InboxRow.case_id).is_not(None)
    )
    return [name for name in dict.fromkeys(session.scalars(rows)) if name]


def _signals(session: Session, name: str) -> tuple[Sent, ...]:
    rows = session.scalars(
        select(InboxRow).where(col(InboxRow.case_id) == name).order_by(col(InboxRow.id))
    )
    return tuple(
        Sent(row.source, row.signal, row.how.value, row.received_at.isoformat()) for row in rows
    )


def _decisions(session: Session, name: str) -> tuple[Decided, ...]:
    rows = session.scalars(
        select(DecisionRow)
        .where(col(DecisionRow.case_id) == name, col(DecisionRow.state) == DecisionState.DECIDED)
        .order_by(col(DecisionRow.attempt))
    )
    return tuple(decisions.of_row(row) for row in rows)

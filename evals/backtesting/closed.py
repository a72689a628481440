"""Closed cases as the records hold them: signal, pinned facts, what was ruled, what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from agent.authority.authority import AGENT
from agent.case.conflict import Conflict, Signal
from agent.records import decisions, pages, remedies
from agent.records.remedies import Pin
from agent.records.states import CaseStatus

CLOSED = (CaseStatus.SETTLED, CaseStatus.NEEDS_PERSON)


@dataclass(frozen=True)
class Closed:
    """One closed case with its first judgement; ``people`` is their answer, where any was asked."""

    case: str
    signal: Signal
    conflict: Conflict
    pin: Pin
    opened_at: datetime
    people: str | None


def closed(session: Session, plant: str | None = None) -> Iterator[Closed]:
    """Yield every closed case that was judged."""
    for status in CLOSED:
        after: str | None = None
        while True:
            page = pages.page(session, pages.Wish(status=status, plant=plant), after)
            for line in page.lines:
                found = _closed(session, line.id)
                if found is not None:
                    yield found
            after = page.after
            if after is None:
                break


def _closed(session: Session, case: str) -> Closed | None:
    view, pin = pages.case(session, case), remedies.pinned(session, case, 1)
    if view is None or view.conflict is None or pin is None or not pin.facts:
        return None
    row = decisions.latest(session, case)
    decided = decisions.decided(session, row.id) if row is not None else None
    people = decided.decision.answer.value if decided and decided.decision.by != AGENT else None
    return Closed(case, view.signal, view.conflict, pin, view.opened_at, people)

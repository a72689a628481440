"""The pin: what one attempt at a case would do, with ruling and proof, written down once.

A rerun that finds the row takes it over instead of judging again. Nothing is carried out, and
nobody is asked about anything, that is not pinned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import desc, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Verb
from agent.records.audit import MACHINE, Entry, append
from agent.records.canonical import digest
from agent.records.states import DecisionState
from agent.records.tables import CaseRow, DecisionRow, RemedyRow

Plain = dict[str, Any]

MOST_CENTS = 2**62


class NoSuchCase(KeyError):
    """There is no case of this id; whoever asked reacts."""


@dataclass(frozen=True)
class Pin:
    """One attempt: the plan (remedy or question), its hash, and what was said of it.

    ``changed`` names the person whose numbers are in it, and the role they acted in.
    """

    case: str
    attempt: int
    plan: Plain
    remedy_hash: str
    proof: Plain
    ruling: Plain
    diagnosis: Plain
    facts: Plain
    changed: Plain | None = None

    @property
    def authors(self) -> frozenset[str]:
        """Who put numbers into this remedy."""
        entered = {row.get("entered_by") for row in self.plan.get("derivations", ())}
        entered.add((self.changed or {}).get("by"))
        return frozenset(name for name in entered if name)


def pin(session: Session, wanted: Pin, at: datetime) -> Pin:
    """Write an attempt down, or return the one written down before."""
    known = session.get(RemedyRow, (wanted.case, wanted.attempt))
    if known is not None:
        return of_row(known)
    case = case_row(session, wanted.case)
    session.add(
        RemedyRow(
            case_id=wanted.case,
            attempt=wanted.attempt,
            remedy_hash=wanted.remedy_hash,
            plan=wanted.plan,
            proof=wanted.proof,
            ruling=wanted.ruling,
            diagnosis=wanted.diagnosis,
            facts=wanted.facts,
            changed=wanted.changed,
            pinned_at=at,
        )
    )
    _withdraw(session, wanted.case, wanted.attempt)
    _show(case, wanted, at)
    session.flush()
    who = (wanted.changed or {}).get("by", MACHINE)
    append(session, Entry(who, "remedy pinned", wanted.case, wanted.facts, _told(wanted)), at)
    return wanted


def pinned(session: Session, case: str, attempt: int | None = None) -> Pin | None:
    """Return an attempt at a case, the latest unless one is named."""
    rows = select(RemedyRow).where(col(RemedyRow.case_id) == case)
    if attempt is not None:
        rows = rows.where(col(RemedyRow.attempt) == attempt)
    row = session.scalars(rows.order_by(desc(col(RemedyRow.attempt))).limit(1)).first()
    return None if row is None else of_row(row)


def attempts(session: Session, case: str) -> list[Pin]:
    """Return all attempts at a case, the first one first."""
    rows = session.scalars(
        select(RemedyRow).where(col(RemedyRow.case_id) == case).order_by(col(RemedyRow.attempt))
    )
    return [of_row(row) for row in rows]


def case_row(session: Session, case: str) -> CaseRow:
    """Return a case's row.

    Raises:
        NoSuchCase: There is none.
    """
    row = session.get(CaseRow, case)
    if row is None:
        raise NoSuchCase(case)
    return row


def of_row(row: RemedyRow) -> Pin:
    """Return what a row pins."""
    return Pin(
        case=row.case_id,
        attempt=row.attempt,
        plan=row.plan,
        remedy_hash=row.remedy_hash,
        proof=row.proof,
        ruling=row.ruling,
        diagnosis=row.diagnosis,
        facts=row.facts,
        changed=row.changed,
    )


def difference(before: Plain, after: Plain) -> tuple[str, ...]:
    """Return in words what another remedy would do differently: one line a change."""
    lines = [
        f"{name}: {_word(before.get(name))} → {_word(after.get(name))}"
        for name in ("cause", "settles")
        if before.get(name) != after.get(name)
    ]
    old, new = (dict(_leaves({"hard": plan.get("hard", [])})) for plan in (before, after))
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            lines.append(f"{path}: {_word(old.get(path))} → {_word(new.get(path))}")
    return tuple(lines)


def _withdraw(session: Session, case: str, attempt: int) -> None:
    """Take back the questions about earlier attempts: another remedy has taken their place."""
    rows = session.scalars(
        select(DecisionRow).where(
            col(DecisionRow.case_id) == case,
            col(DecisionRow.attempt) < attempt,
            col(DecisionRow.state) == DecisionState.PENDING,
        )
    )
    for row in rows:
        row.state = DecisionState.WITHDRAWN


def _show(case: CaseRow, wanted: Pin, at: datetime) -> None:
    """Bring what lists show of a case up to date."""
    value = wanted.plan.get("value")
    case.attempt = wanted.attempt
    case.remedy_hash = wanted.remedy_hash
    case.cause = wanted.diagnosis.get("cause")
    case.value = Decimal(value["amount"]) if value else None
    case.currency = value["currency"] if value else None
    case.worth = cents(case.value)
    case.changed_at = at


def cents(value: Decimal | None) -> int:
    """Return how much a remedy moves, in cents, for lists to be ordered by."""
    return 0 if value is None else min(int(abs(value) * 100), MOST_CENTS)


def _told(wanted: Pin) -> Plain:
    """Return what the audit says of an attempt: the judgement, the proof, the ruling."""
    diagnosis, ruling = wanted.diagnosis, wanted.ruling
    return {
        "attempt": wanted.attempt,
        "remedy": wanted.remedy_hash,
        "plan": digest(wanted.plan),
        "cause": diagnosis.get("cause"),
        "confidence": diagnosis.get("confidence"),
        "decisive": diagnosis.get("decisive"),
        "judge": diagnosis.get("judge"),
        "facts": _sources(wanted.facts),
        "proof": {row["check"]: row["result"] for row in wanted.proof.get("verdicts", ())},
        "ruling": ruling.get("verb", Verb.HOLD.value),
        "policy": ruling.get("policy"),
        "asked": ruling.get("ask"),
        "four_eyes": ruling.get("four_eyes"),
        "changed": wanted.changed,
    }


def _sources(facts: Mapping[str, Any]) -> Plain:
    """Return where and when each fact was read, and the hash of its value."""
    return {
        name: {
            "system": row.get("system"),
            "read_at": row.get("read_at"),
            "value": digest(row.get("value")),
        }
        for name, row in facts.items()
        if isinstance(row, dict)
    }


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return every plain value inside a value, with the path that leads to it."""
    inner: list[tuple[Any, Any]]
    if isinstance(value, dict):
        inner = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        inner = list(enumerate(cast("list[Any]", value)))
    else:
        return [(path, value)]
    return [leaf for key, item in inner for leaf in _leaves(item, f"{path}.{key}".lstrip("."))]


def _word(value: Any) -> str:
    return "nothing" if value is None else str(value)

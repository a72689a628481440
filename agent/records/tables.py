"""The tables; the modules beside this one write their rows, each in one transaction with its audit.

Names keep clear of those of DBOS, which shares the SQLite file. Table classes do not validate:
what comes from outside has passed pydantic before it gets here.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, MetaData, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from agent.case.conflict import Criticality
from agent.case.ruling import Answer, Role, Settlement
from agent.records.columns import Exact, Moment, Plain, Words, choice
from agent.records.states import (
    CaseStatus,
    DecisionState,
    How,
    LetterState,
    PostingState,
    Trigger,
    TurnState,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, else SQLite cannot alter it."""

metadata_of_records = MetaData(naming_convention=NAMES)


def _of_some(name: str, column: str, which: str) -> Index:
    """Return an index of those rows only that something is true of."""
    return Index(name, column, sqlite_where=text(which), postgresql_where=text(which))


class Row(SQLModel):
    """A row of the records."""

    metadata = metadata_of_records


class CaseRow(Row, table=True):
    """One case.

    ``urgency`` is its criticality as a number and ``worth`` its value in cents (0 where nobody can
    say), so that lists can be ordered by them. ``unheard`` is the first signal that attached since
    its facts were last sure to be read anew.
    """

    __tablename__ = "cases"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_cases_page", "status", "urgency", "opened_at", "id"),
        Index("ix_cases_plant_page", "plant", "status", "urgency", "opened_at", "id"),
        Index("ix_cases_waiting", "waiting_for", "status", "due_at"),
        Index("ix_cases_inbox", "status", "waiting_for", "due_at", "id"),
        Index("ix_cases_inbox_worth", "status", "waiting_for", "worth", "id"),
        Index("ix_cases_about", "object", "kind", "status"),
        Index("ix_cases_order", "urgency", "opened_at", "id"),
        Index("ix_cases_snoozed_until", "snoozed_until"),
        Index("ix_cases_of_kind", "status", "kind", "opened_at", "plant"),
        Index("ix_cases_due_at", "status", "due_at", "plant"),
    )

    id: str = Field(primary_key=True, sa_type=String)
    kind: str | None = Field(default=None, sa_type=String)
    plant: str = Field(sa_type=String)
    object: str = Field(sa_type=String)
    status: CaseStatus = Field(sa_type=choice(CaseStatus))
    criticality: Criticality = Field(sa_type=choice(Criticality))
    urgency: int
    signal: Any = Field(sa_type=Plain)
    conflict: Any = Field(default=None, sa_type=Plain, nullable=True)
    proposed_by: str | None = Field(default=None, sa_type=Words)
    opened_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    attempt: int = 0
    remedy_hash: str | None = Field(default=None, sa_type=String)
    cause: str | None = Field(default=None, sa_type=String)
    value: Decimal | None = Field(default=None, sa_type=Exact)
    currency: str | None = Field(default=None, sa_type=String)
    worth: int = Field(default=0, sa_type=BigInteger)
    waiting_for: Role | None = Field(default=None, sa_type=choice(Role))
    person: str | None = Field(default=None, sa_type=Words)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    snoozed_until: datetime | None = Field(default=None, sa_type=Moment)
    settlement: Settlement | None = Field(default=None, sa_type=choice(Settlement))
    why: str = Field(default="", sa_type=Words)
    unheard: int | None = None


class InboxRow(Row, table=True):
    """One signal as it came in, whatever became of it."""

    __tablename__ = "inbox"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("source", "signal"),
        Index("ix_inbox_signal", "signal"),
        Index("ix_inbox_case_id", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Words)
    signal: str = Field(sa_type=Words)
    how: How = Field(sa_type=choice(How))
    case_id: str | None = Field(default=None, foreign_key="cases.id", sa_type=String)
    body: Any = Field(sa_type=Plain)
    proposed_by: str | None = Field(default=None, sa_type=Words)
    received_at: datetime = Field(sa_type=Moment)


class GateRow(Row, table=True):
    """The gate of one business object: how many turns were given out, and which one runs."""

    __tablename__ = "gates"  # pyright: ignore[reportAssignmentType]

    object: str = Field(primary_key=True, sa_type=String)
    last_sequence: int = 0
    holder: str | None = Field(default=None, sa_type=String)


class TurnRow(Row, table=True):
    """One turn at a gate: one run of bursts of one case."""

    __tablename__ = "turns"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("object", "sequence"),
        Index("ix_turns_state", "state", "object", "sequence"),
        Index("ix_turns_case_id", "case_id"),
        Index("ix_turns_ended_at", "ended_at"),
    )

    id: str = Field(primary_key=True, sa_type=String)
    object: str = Field(sa_type=String)
    sequence: int
    case_id: str = Field(foreign_key="cases.id", sa_type=String)
    trigger: Trigger = Field(sa_type=choice(Trigger))
    decision: str | None = Field(default=None, sa_type=String)
    criticality: Criticality = Field(sa_type=choice(Criticality))
    state: TurnState = Field(sa_type=choice(TurnState))
    taken_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    deaths: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class RemedyRow(Row, table=True):
    """What one attempt at a case would do, with all it rests on: pinned once, never changed."""

    __tablename__ = "remedies"  # pyright: ignore[reportAssignmentType]

    case_id: str = Field(primary_key=True, foreign_key="cases.id", sa_type=String)
    attempt: int = Field(primary_key=True)
    remedy_hash: str = Field(sa_type=String)
    plan: Any = Field(sa_type=Plain)
    proof: Any = Field(sa_type=Plain)
    ruling: Any = Field(sa_type=Plain)
    diagnosis: Any = Field(sa_type=Plain)
    facts: Any = Field(sa_type=Plain)
    changed: Any = Field(default=None, sa_type=Plain, nullable=True)
    pinned_at: datetime = Field(sa_type=Moment)


class DecisionRow(Row, table=True):
    """One question about one pinned remedy, and the answer to it."""

    __tablename__ = "decisions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("case_id", "attempt"),
        Index("ix_decisions_tally", "kind", "cause", "answer"),
        Index("ix_decisions_decided_at", "decided_at"),
        Index("ix_decisions_of_kind", "kind", "decided_at"),
        Index("ix_decisions_of_cause", "kind", "cause", "decided_at"),
        Index("ix_decisions_look_at", "state", "look_at"),
        Index("ix_decisions_latest", "state", "decided_at"),
    )

    id: str = Field(primary_key=True, sa_type=String)
    case_id: str = Field(foreign_key="cases.id", sa_type=String)
    attempt: int
    kind: str | None = Field(default=None, sa_type=String)
    cause: str | None = Field(default=None, sa_type=String)
    remedy_hash: str = Field(sa_type=String)
    state: DecisionState = Field(sa_type=choice(DecisionState))
    asked_at: datetime = Field(sa_type=Moment)
    asked: Role | None = Field(default=None, sa_type=choice(Role))
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: Answer | None = Field(default=None, sa_type=choice(Answer))
    by: str | None = Field(default=None, sa_type=Words)
    role: Role | None = Field(default=None, sa_type=choice(Role))
    reason: str = Field(default="", sa_type=Words)
    quantities: Any = Field(default=None, sa_type=Plain, nullable=True)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    look_at: datetime | None = Field(default=None, sa_type=Moment)


class PostingRow(Row, table=True):
    """One action on its way out: the ledger."""

    __tablename__ = "postings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_postings_case_id", "case_id"),
        Index("ix_postings_document", "document"),
        Index("ix_postings_touching", "state", "system", "touches"),
        Index("ix_postings_look_again_at", "look_again_at"),
    )

    key: str = Field(primary_key=True, sa_type=String)
    case_id: str = Field(sa_type=String)
    kind: str = Field(sa_type=String)
    ordinal: int
    system: str = Field(sa_type=String)
    touches: str = Field(sa_type=Words)
    hard: bool
    action: Any = Field(sa_type=Plain)
    decision: str | None = Field(default=None, sa_type=String)
    state: PostingState = Field(sa_type=choice(PostingState))
    attempts: int = 0
    intended_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    look_again_at: datetime | None = Field(default=None, sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    document: str | None = Field(default=None, sa_type=Words)
    refusals: Any = Field(sa_type=Plain)
    why: str = Field(default="", sa_type=Words)


class OutcomeRow(Row, table=True):
    """What became of a case.

    ``plant`` is its case's, ``alone`` whether the decision behind it was the agent's own: both lie
    here as well so that the days of a plant are counted without a look at anything else.
    """

    __tablename__ = "outcomes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_outcomes_precedents", "kind", "settlement", "case_id"),
        Index("ix_outcomes_of_cause", "kind", "cause", "settled_at"),
        Index("ix_outcomes_settled_at", "settled_at", "settlement", "kind"),
        Index("ix_outcomes_days", "settled_at", "plant", "alone"),
        Index("ix_outcomes_document", "document"),
    )

    case_id: str = Field(primary_key=True, foreign_key="cases.id", sa_type=String)
    settlement: Settlement = Field(sa_type=choice(Settlement))
    kind: str | None = Field(default=None, sa_type=String)
    cause: str | None = Field(default=None, sa_type=String)
    why: str = Field(default="", sa_type=Words)
    decision: str | None = Field(default=None, sa_type=String)
    settled_at: datetime = Field(sa_type=Moment)
    plant: str = Field(sa_type=String)
    alone: bool = False
    document: str | None = Field(default=None, sa_type=Words)


class NoticeRow(Row, table=True):
    """One notification to send: written with the change it tells of, sent afterwards.

    Without a ``route`` it is the event, spread into a row per route; see ``agent.records.outbox``.
    """

    __tablename__ = "outbox"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_outbox_next", "sent_at", "not_before", "id"),
        Index("ix_outbox_case_id", "case_id"),
        _of_some("ix_outbox_given_up", "id", "given_up_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(sa_type=String)
    case_id: str | None = Field(default=None, sa_type=String)
    body: Any = Field(sa_type=Plain)
    written_at: datetime = Field(sa_type=Moment)
    not_before: datetime = Field(sa_type=Moment)
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str = Field(default="", sa_type=Words)
    event: str | None = Field(default=None, sa_type=String)
    route: str | None = Field(default=None, sa_type=String)
    claim: str | None = Field(default=None, sa_type=String)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)
    given_up_at: datetime | None = Field(default=None, sa_type=Moment)


class LetterRow(Row, table=True):
    """One dead letter: a signal or a case nobody could work on, with the reason."""

    __tablename__ = "dead_letters"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_dead_letters_state", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    inbox_id: int | None = Field(default=None, foreign_key="inbox.id")
    case_id: str | None = Field(default=None, foreign_key="cases.id", sa_type=String)
    reason: str = Field(sa_type=Words)
    state: LetterState = Field(sa_type=choice(LetterState))
    buried_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = Field(default=None, sa_type=Words)


class AuditRow(Row, table=True):
    """One entry of the audit: a link of the chain. Never updated, never deleted."""

    __tablename__ = "audit"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_audit_case_id", "case_id", "sequence"),
        _of_some("ix_audit_asked", "sequence", "what = 'model asked'"),
    )

    sequence: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    at: str = Field(sa_type=String)
    who: str = Field(sa_type=Words)
    case_id: str | None = Field(default=None, sa_type=String)
    what: str = Field(sa_type=String)
    inputs: str | None = Field(default=None, sa_type=String)
    details: Any = Field(sa_type=Plain)
    previous: str = Field(sa_type=String)
    hash: str = Field(sa_type=String)


class SubstituteRow(Row, table=True):
    """A person's standing deputy on some days, both included."""

    __tablename__ = "substitutes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_substitutes_person", "person", "ends_on"),
        Index("ix_substitutes_deputy", "deputy", "ends_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(sa_type=Words)
    deputy: str = Field(sa_type=Words)
    starts_on: date
    ends_on: date
    made_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class ModelTextRow(Row, table=True):
    """What a model was sent, masked, and answered; forgotten when its time is over.

    The audit keeps the hash for good, so a text that is still here can be proved to be the one.
    """

    __tablename__ = "model_texts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_model_texts_case_id", "case_id"),
        Index("ix_model_texts_forget_at", "forget_at"),
    )

    sequence: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    case_id: str = Field(sa_type=String)
    digest: str = Field(sa_type=String)
    body: Any = Field(sa_type=Plain)
    forget_at: datetime = Field(sa_type=Moment)

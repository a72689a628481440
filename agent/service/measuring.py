"""What there is to measure, taken from the records at the moment somebody asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.ingress.streams import Streams
from agent.records.audit_copies import Standing, standings
from agent.records.database import Database
from agent.records.states import UNANSWERED, UNFINISHED, LetterState, TurnState
from agent.records.tables import (
    AuditRow,
    CaseRow,
    InboxRow,
    LetterRow,
    NoticeRow,
    PostingRow,
    TurnRow,
)
from agent.records.texts import ASKED
from agent.service import interface_metrics, plant_metrics
from agent.service.gauges import counter, gauge, single
from agent.service.violations import Violations
from agent.traces import NODE_SECONDS

BUCKETS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
RECENT = timedelta(hours=1)


class Measured(Collector):
    """Collects from the records.

    Args:
        database: The records.
        clock: The time.
        streams: What this process fetches signals from.
        violations: What this process refused.
        copies: The systems that keep copies of the audit.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        streams: Streams,
        violations: Violations,
        copies: Sequence[str] = (),
    ) -> None:
        self._database, self._clock, self._streams = database, clock, streams
        self._violations, self._copies = violations, copies
        self._models = _Models()

    def describe(self) -> list[Any]:
        """Say nothing beforehand: what there is depends on what is asked."""
        return []

    def collect(self) -> Iterator[Any]:
        """Return every family of metrics."""
        now = self._clock()
        with self._database.read() as session:
            yield from _cases(session)
            yield from plant_metrics.families(session, now)
            yield from _queue(session, now)
            yield _turns(session, now)
            yield from _postings(session)
            yield from self._models.families(session)
            yield from _lying(session, now)
            yield from interface_metrics.families(session, now)
            yield from _copied(standings(session, self._copies), now)
        yield from self._violations.families()
        yield from _streams(self._streams)
        yield from NODE_SECONDS.collect()


def _cases(session: Session) -> Iterator[Any]:
    of_status = (col(CaseRow.plant), col(CaseRow.status))
    rows = session.execute(
        select(*of_status, func.count())
        .where(col(CaseRow.status).in_(UNFINISHED))
        .group_by(*of_status)
    ).all()
    yield gauge(
        "concord_backlog_cases",
        "Cases that are not settled.",
        ("plant", "status"),
        (((plant, status.value), number) for plant, status, number in rows),
    )


def _queue(session: Session, now: datetime) -> Iterator[Any]:
    oldest, number = session.execute(
        select(func.min(col(TurnRow.taken_at)), func.count()).where(
            col(TurnRow.state).in_((TurnState.PARKED, TurnState.RUNNING))
        )
    ).one()
    age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    # Numbers are given out in a row and never again, so the last one is how many there were.
    came = session.scalar(select(func.max(col(InboxRow.id)))) or 0
    yield counter("concord_signals", "Signals that came in, each once.", (), {(): came})
    yield single("concord_queue_turns", "Turns that run, or wait for their gate.", number)
    yield single("concord_queue_age_seconds", "Age of the oldest of these turns.", age)


def _turns(session: Session, now: datetime) -> Any:
    rows = session.execute(
        select(col(TurnRow.trigger), col(TurnRow.taken_at), col(TurnRow.ended_at)).where(
            col(TurnRow.ended_at) >= now - RECENT
        )
    )
    took: dict[str, list[float]] = {}
    for trigger, taken, ended in rows:
        if ended is not None:
            took.setdefault(trigger.value, []).append((ended - taken).total_seconds())
    said = "From taking a turn to its end, of those that ended within the last hour."
    family = HistogramMetricFamily("concord_turn_seconds", said, labels=["workflow"])
    for trigger, seconds in sorted(took.items()):
        buckets = [(str(edge), float(sum(one <= edge for one in seconds))) for edge in BUCKETS]
        family.add_metric([trigger], [*buckets, ("+Inf", float(len(seconds)))], sum(seconds))
    return family


def _postings(session: Session) -> Iterator[Any]:
    of_state = (col(PostingRow.system), col(PostingRow.state))
    rows = session.execute(select(*of_state, func.count()).group_by(*of_state)).all()
    yield gauge(
        "concord_postings",
        "Postings by state.",
        ("system", "state"),
        (((system, state.value), number) for system, state, number in rows),
    )
    doubtful = sum(number for _, state, number in rows if state in UNANSWERED)
    yield single("concord_postings_unknown", "Postings nobody knows the end of.", doubtful)


def _lying(session: Session, now: datetime) -> Iterator[Any]:
    letters = select(func.count()).where(col(LetterRow.state) == LetterState.LYING)
    lying = session.scalar(letters) or 0
    yield single("concord_dead_letters", "Dead letters nobody has dealt with.", lying)
    yield from _notices(session, now)
    entries = session.scalar(select(func.max(col(AuditRow.sequence)))) or 0
    yield single("concord_audit_entries", "Entries of the audit.", entries)


def _notices(session: Session, now: datetime) -> Iterator[Any]:
    given_up = col(NoticeRow.given_up_at).is_not(None)
    unsent = col(NoticeRow.sent_at).is_(None), ~given_up, col(NoticeRow.not_before) <= now
    oldest, due = session.execute(
        select(func.min(col(NoticeRow.written_at)), func.count()).where(*unsent)
    ).one()
    age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    dead = session.scalar(select(func.count()).select_from(NoticeRow).where(given_up)) or 0
    yield single("concord_notices_due", "Notifications that are due and not sent.", due)
    yield single("concord_notices_age_seconds", "Age of the oldest of these notifications.", age)
    yield single("concord_notices_given_up", "Notifications that could not be delivered.", dead)


def _copied(found: Sequence[Standing], now: datetime) -> Iterator[Any]:
    of = ("target",)
    waiting = (((one.target,), one.waiting) for one in found)
    ages = (
        ((one.target,), max(0.0, (now - one.oldest).total_seconds()) if one.oldest else 0.0)
        for one in found
    )
    refused = (((one.target,), len(one.refused)) for one in found)
    yield gauge("concord_audit_copies_waiting", "Entries a target does not have.", of, waiting)
    yield gauge("concord_audit_copies_age_seconds", "Age of the oldest of these.", of, ages)
    yield gauge("concord_audit_copies_refused", "Entries a target would not take.", of, refused)


def _streams(streams: Streams) -> Iterator[Any]:
    known = {(one.plant, one.name): one for one in streams}
    of = ("plant", "stream")
    ages = ((key, one.age.total_seconds()) for key, one in known.items())
    yield gauge("concord_stream_age_seconds", "Since a stream was last read.", of, ages)
    late = ((key, float(one.behind)) for key, one in known.items())
    yield gauge("concord_stream_behind", "1 if it goes unread for too long.", of, late)
    failures = {key: one.failures for key, one in known.items()}
    yield counter("concord_stream_failures", "Times it could not be read.", of, failures)
    seen = (
        ((*key, state), float(number))
        for key, one in known.items()
        for state, number in asdict(one.seen).items()
    )
    said = "Messages that lay there at the last look."
    yield gauge("concord_stream_messages", said, (*of, "state"), seen)


class _Models:
    """Counts what models did; of the audit only what is new since the last time is read."""

    def __init__(self) -> None:
        self._line, self._read = Lock(), 0
        self._calls: Counter[tuple[str, str, str]] = Counter()
        self._sums: dict[tuple[str, str], Decimal] = {}

    def families(self, session: Session) -> Iterator[Any]:
        """Return calls, tokens, cost and time."""
        with self._line:
            self._catch_up(session)
            calls, sums = dict(self._calls), dict(self._sums)
        yield counter("concord_model_calls", "Calls.", ("model", "purpose", "ended"), calls)
        tokens = {(model, kind): n for (model, kind), n in sums.items() if kind in TOKENS.values()}
        yield counter("concord_model_tokens", "Tokens.", ("model", "kind"), tokens)
        cost = {(model,): n for (model, kind), n in sums.items() if kind == "cost"}
        yield counter("concord_model_cost", "In the currency of model_price.", ("model",), cost)
        seconds = {(model,): n / 1000 for (model, kind), n in sums.items() if kind == "latency_ms"}
        yield counter("concord_model_seconds", "Time waited for.", ("model",), seconds)

    def _catch_up(self, session: Session) -> None:
        end = session.scalar(select(func.max(col(AuditRow.sequence)))) or 0
        rows = select(col(AuditRow.who), col(AuditRow.details)).where(
            col(AuditRow.sequence) > self._read,
            col(AuditRow.sequence) <= end,
            col(AuditRow.what) == ASKED,
        )
        for model, one in session.execute(rows.execution_options(yield_per=1000)):
            if "purpose" not in one:
                continue  # purged: who was asked, and at what cost, is not known any more
            ended = "trouble" if one.get("trouble") else "answered"
            self._calls[model, str(one.get("purpose")), ended] += 1
            for field in (*TOKENS, "cost", "latency_ms"):
                key = (model, TOKENS.get(field, field))
                amount = Decimal(str(one.get(field) or 0))
                self._sums[key] = self._sums.get(key, Decimal(0)) + amount
        self._read = end


TOKENS = {"tokens_in": "read", "tokens_out": "written"}

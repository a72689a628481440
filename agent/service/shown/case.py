"""The case page: what a planner needs to decide in ten seconds, and what backs it up below.

Works from records alone, so it shows the same of a case just opened and of one from last year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.actions.catalog import from_plain
from agent.case.remedy import Derivation
from agent.case.ruling import Answer, Role, Ruling
from agent.plain import load
from agent.playbooks.catalog import Catalog
from agent.playbooks.playbook import Risk
from agent.records.experience import Experience, TrackRecord
from agent.records.posting_rows import Posting
from agent.records.remedies import Pin
from agent.records.states import IN_DOUBT, CaseStatus, PostingState
from agent.records.tracing import Trace
from agent.service.shown.comparison import Comparison, compared
from agent.service.shown.deadline import Deadline, deadline
from agent.service.shown.evidence import Evidence, evidence, system_said
from agent.service.shown.terms import (
    POSTING,
    RESULT,
    RISK,
    SETTLEMENT,
    STATUS,
    cause_said,
    kind_said,
    object_said,
)
from agent.service.shown.timeline import Event, timeline
from agent.words.speech import Speech
from tools.objects.money import Money

SURE = ((0.95, "very sure"), (0.85, "sure"), (0.7, "rather sure"), (0.5, "unsure"))
AT_REST = frozenset({CaseStatus.SETTLED, CaseStatus.NEEDS_PERSON, CaseStatus.DEAD})
MARKS = {"passed": "✓", "failed": "✗", "unknown": "?", "not_applicable": "–"}


@dataclass(frozen=True)
class Known:
    """What is known beside the trace: how it went before, and what this reader may do."""

    track: TrackRecord | None
    experience: Experience | None
    may: Mapping[Answer, str | None]
    by_hand: bool = False


@dataclass(frozen=True)
class Reason:
    """One reason, and the facts it cites."""

    said: str
    cites: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Check:
    """One check's word."""

    mark: str
    result: str
    name: str
    because: str


@dataclass(frozen=True)
class Number:
    """One quantity of the remedy that a person may change."""

    index: int
    name: str
    amount: str
    unit: str
    source: str


@dataclass(frozen=True)
class Document:
    """One posting, and the document it made; a person may know what became of one in doubt."""

    key: str
    doubtful: bool
    system: str
    said: str
    state: str
    word: str
    document: str
    why: str


@dataclass(frozen=True)
class Effect:
    """What the remedy moves and does, and what happens if nobody decides."""

    value: str | None
    keys: tuple[tuple[str, str], ...]
    deeds: tuple[str, ...]
    meanwhile: tuple[str, ...]
    otherwise: str
    reversible: bool


@dataclass(frozen=True)
class Why:
    """The cause, how sure the judge is, the reasons, and the policy that ruled."""

    cause: str
    sure: str
    track: str
    reasons: tuple[Reason, ...]
    policy: str
    policy_says: str
    judge: str
    signal_text: str


@dataclass(frozen=True)
class Head:
    """The verdict line: what it is about, what changes, by when, how risky."""

    id: str
    title: str
    object: str
    plant: str
    verdict: str
    status: str
    word: str
    why: str
    deadline: Deadline | None
    risk: str
    risk_word: str
    four_eyes: bool
    asked: Role | None
    claimed: str | None
    snoozed: str | None


@dataclass(frozen=True)
class CaseShown:
    """Everything the page lays out."""

    head: Head
    settles: bool
    attempt: int
    hash: str
    comparison: Comparison
    oldest: str
    effect: Effect
    why: Why
    experience: Experience | None
    checks: tuple[Check, ...]
    numbers: tuple[Number, ...]
    evidence: tuple[Evidence, ...]
    documents: tuple[Document, ...]
    timeline: tuple[Event, ...]
    may: Mapping[Answer, str | None]
    by_hand: bool
    doubtful: bool


def case_shown(
    speech: Speech, catalog: Catalog, trace: Trace, known: Known, now: datetime
) -> CaseShown:
    """Return a case as its page shows it to a reader."""
    case, pin = trace.case, trace.attempts[-1] if trace.attempts else None
    plan: Mapping[str, Any] = pin.plan if pin else {}
    facts: Mapping[str, Any] = pin.facts if pin else {}
    return CaseShown(
        head=_head(speech, catalog, trace, now),
        settles=bool(plan.get("settles")),
        attempt=case.attempt,
        hash=case.remedy_hash or "",
        comparison=compared(speech, plan, facts),
        oldest=_oldest(speech, facts, now),
        effect=_effect(speech, trace, plan),
        why=_why(speech, catalog, trace, known.track),
        experience=known.experience,
        checks=_checks(speech, pin),
        numbers=_numbers(speech, plan, facts),
        evidence=evidence(speech, facts, now),
        documents=tuple(_document(speech, one, case.status) for one in trace.postings),
        timeline=timeline(speech, catalog, trace),
        may=known.may,
        by_hand=known.by_hand,
        doubtful=any(one.hard and one.state in IN_DOUBT for one in trace.postings),
    )


def _head(speech: Speech, catalog: Catalog, trace: Trace, now: datetime) -> Head:
    case, pin = trace.case, trace.attempts[-1] if trace.attempts else None
    waits = case.status is CaseStatus.WAITING
    risk = _risk(catalog, case.kind, pin.plan.get("cause") if pin else None)
    put_off = case.snoozed_until if case.snoozed_until and case.snoozed_until > now else None
    return Head(
        id=case.id,
        title=kind_said(speech, catalog, case.kind),
        object=object_said(speech, case.object),
        plant=case.plant,
        verdict=_verdict(speech, pin.plan if pin else {}, case.why),
        status=speech(SETTLEMENT[case.settlement] if case.settlement else STATUS[case.status]),
        word=(case.settlement or case.status).value,
        why=speech.again(case.why),
        deadline=deadline(speech, case.due_at, now) if waits and case.due_at else None,
        risk=speech(RISK[risk]) if pin else "",
        risk_word=risk.value,
        four_eyes=bool(pin and pin.ruling.get("four_eyes")),
        asked=case.waiting_for,
        claimed=case.person,
        snoozed=speech.moment(put_off) if put_off else None,
    )


def _effect(speech: Speech, trace: Trace, plan: Mapping[str, Any]) -> Effect:
    case = trace.case
    return Effect(
        value=_value(speech, case.value, plan),
        keys=_keys(speech, case.conflict.keys if case.conflict else case.signal.keys),
        deeds=_deeds(speech, plan.get("hard", ())),
        meanwhile=_deeds(speech, plan.get("soft", ())),
        otherwise=_otherwise(speech, trace, plan),
        reversible=bool(plan.get("reversible", True)),
    )


def _why(speech: Speech, catalog: Catalog, trace: Trace, track: TrackRecord | None) -> Why:
    case, pin = trace.case, trace.attempts[-1] if trace.attempts else None
    ruling = load(Ruling, pin.ruling) if pin else None
    return Why(
        cause=cause_said(speech, catalog, case.kind, pin.diagnosis.get("cause") if pin else None),
        sure=_sure(speech, pin),
        track=_track(speech, track),
        reasons=_reasons(speech, pin, pin.facts if pin else {}),
        policy=ruling.policy if ruling else "",
        policy_says=speech.text(ruling.because) if ruling else "",
        judge=str(pin.diagnosis.get("judge", "")) if pin else "",
        signal_text=case.signal.text,
    )


def _verdict(speech: Speech, plan: Mapping[str, Any], why: str) -> str:
    """Say in one line what would change, or what is asked."""
    if not plan:
        return speech.again(why) or speech("The facts are being gathered")
    return speech.text(plan["summary"] if plan["settles"] else plan["question"])


def _risk(catalog: Catalog, kind: str | None, cause: str | None) -> Risk:
    book = catalog.playbooks.get(kind or "")
    if book is None or cause is None or cause not in {one.name for one in book.causes}:
        return Risk.HIGH
    return book.cause(cause).risk


def _oldest(speech: Speech, facts: Mapping[str, Any], now: datetime) -> str:
    systems = [row for row in facts.values() if row.get("system") in {"ERP", "MES", "CMMS"}]
    read = [row["read_at"] for row in systems if row.get("read_at")]
    if not read:
        return ""
    return speech.ago(min(datetime.fromisoformat(one) for one in read), now)


def _value(speech: Speech, value: Money | None, plan: Mapping[str, Any]) -> str | None:
    if value is not None:
        return speech.money(value)
    return None if plan.get("settles") and plan.get("hard") else speech("nothing")


def _keys(speech: Speech, keys: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((speech(name.replace("_", " ")), value) for name, value in keys.items())


def _deeds(speech: Speech, plain: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    actions = [from_plain(dict(one)) for one in plain]
    return tuple(f"{system_said(one.system.value)}: {speech.text(one.say())}" for one in actions)


def _otherwise(speech: Speech, trace: Trace, plan: Mapping[str, Any]) -> str:
    """Say what happens if nobody decides."""
    if trace.case.status is not CaseStatus.WAITING:
        return ""
    if not plan.get("settles"):
        return speech("The systems go on disagreeing; the case stays here and becomes overdue.")
    return speech(
        "Nothing of this is posted; the systems go on disagreeing and the case becomes overdue."
    )


def _sure(speech: Speech, pin: Pin | None) -> str:
    """Say how sure the judge is, in words first."""
    if pin is None:
        return ""
    diagnosis = pin.diagnosis
    if diagnosis.get("cause") is None:
        return speech("no cause stands out")
    if diagnosis.get("decisive"):
        return speech("decisive: the facts exclude every other cause")
    confidence = float(diagnosis.get("confidence") or 0)
    word = next((word for least, word in SURE if confidence >= least), "a guess")
    return f"{speech(word)} ({speech.share(confidence)})"


def _track(speech: Speech, track: TrackRecord | None) -> str:
    if track is None or track.judged == 0:
        return speech("no decisions on such remedies are on record yet")
    return speech(
        "of the last {judged} at {least} or more, people approved {right}",
        judged=track.judged,
        least=speech.share(track.at_least),
        right=track.right,
    )


def _reasons(speech: Speech, pin: Pin | None, facts: Mapping[str, Any]) -> tuple[Reason, ...]:
    rows = pin.diagnosis.get("reasons", ()) if pin else ()
    return tuple(Reason(speech.text(row["because"]), _cited(row["cites"], facts)) for row in rows)


def _cited(paths: Sequence[str], facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the cited places with the fact each lies in."""
    named = ((path, path.split(".")[0]) for path in paths)
    return tuple((path, fact) for path, fact in named if fact in facts)


def _checks(speech: Speech, pin: Pin | None) -> tuple[Check, ...]:
    verdicts = pin.proof.get("verdicts", ()) if pin else ()
    order = list(MARKS)[1:3] + ["passed", "not_applicable"]
    rows = sorted(verdicts, key=lambda row: order.index(row["result"]))
    said = {result.value: word for result, word in RESULT.items()}
    return tuple(
        Check(
            MARKS[row["result"]],
            row["result"],
            speech(row["check"].replace("_", " ")),
            f"{speech.text(row['because'])} ({speech(said[row['result']])})",
        )
        for row in rows
    )


def _numbers(
    speech: Speech, plan: Mapping[str, Any], facts: Mapping[str, Any]
) -> tuple[Number, ...]:
    """Return the quantities of the remedy, with where each comes from."""
    numbers = list[Number]()
    for index, plain in enumerate(plan.get("derivations", ())):
        row = load(Derivation, plain)
        name = f"{plan['hard'][row.action]['kind']} {row.field.removeprefix('draft.')}"
        numbers.append(
            Number(
                index=index,
                name=name.replace("_", " ").replace(".", " "),
                amount=f"{row.quantity.amount:f}",
                unit=row.quantity.unit,
                source=_source(speech, row, facts),
            )
        )
    return tuple(numbers)


def _source(speech: Speech, row: Derivation, facts: Mapping[str, Any]) -> str:
    if row.entered_by:
        return speech("entered by {name}", name=row.entered_by)
    terms = list[str]()
    for term in row.terms:
        fact: Mapping[str, Any] = facts.get(term.path.split(".")[0]) or {}
        times = "" if term.factor == "1" else f"{term.factor} × "
        terms.append(f"{times}{term.path} ({system_said(str(fact.get('system', '')))})")
    return " + ".join(terms)


def _document(speech: Speech, posting: Posting, status: CaseStatus) -> Document:
    intended, rests = posting.state is PostingState.INTENDED, status in AT_REST
    return Document(
        key=posting.key,
        doubtful=posting.state in {PostingState.UNKNOWN, PostingState.GIVEN_UP},
        system=system_said(posting.system),
        said=speech.text(from_plain(dict(posting.action)).say()),
        state=speech("not posted" if intended and rests else POSTING[posting.state]),
        word=posting.state.value,
        document=posting.document or "",
        why=speech.again(posting.why),
    )

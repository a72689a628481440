"""Decisions: a question about a pinned remedy, answered once, by one principal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, desc, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.change import changed_plan
from agent.case.ruling import Answer, Decision, Role
from agent.records.answers import (
    AlreadyDecided,
    Answered,
    Decided,
    FourEyes,
    NotAsked,
    NothingToApprove,
    NotPermitted,
    Pending,
    Permits,
    RemedyChanged,
    asked_role_decides,
)
from agent.records.audit import MACHINE, Entry, append
from agent.records.gates import Enqueue, take
from agent.records.outbox import Notice, put
from agent.records.phases import observed_now
from agent.records.remedies import Pin, attempts, case_row, difference, pinned
from agent.records.states import CaseStatus, DecisionState, Trigger
from agent.records.tables import CaseRow, DecisionRow
from agent.records.unheard import hear


def ask(session: Session, case: str, at: datetime) -> str:
    """Ask for a decision on the latest attempt, and return its id; asking twice is once.

    Raises:
        NotAsked: Nothing is pinned that anybody could decide on.
    """
    row, pin = case_row(session, case), pinned(session, case)
    if pin is None:
        raise NotAsked(f"nothing is pinned for {case}")
    name = _id(pin)
    if session.get(DecisionRow, name) is not None:
        return name
    role = Role(pin.ruling["ask"]) if pin.ruling.get("ask") else None
    due = pin.ruling.get("due_at")
    question = _new(row, pin, at)
    question.asked, question.due_at = role, datetime.fromisoformat(due) if due else None
    session.add(question)
    row.status, row.changed_at = CaseStatus.WAITING, at
    row.waiting_for, row.due_at, row.person, row.snoozed_until = role, question.due_at, None, None
    session.flush()
    details = {
        "decision": name,
        "remedy": pin.remedy_hash,
        "attempt": pin.attempt,
        "role": role.value if role else None,
        "due_at": due,
    }
    put(session, Notice("asked", case, details), at)
    append(session, Entry(MACHINE, "decision asked", case, details=details), at)
    return name


def decide_alone(session: Session, case: str, at: datetime) -> Decided:
    """Record the approval of the latest attempt that authority's ruling amounts to.

    It is the agent's own; but a person whose change stands without a second opinion has decided.

    Raises:
        NotAsked: Nothing is pinned.
        NotPermitted: The ruling that is pinned does not let the agent act.
    """
    row, pin = case_row(session, case), pinned(session, case)
    if pin is None:
        raise NotAsked(f"nothing is pinned for {case}")
    known = session.get(DecisionRow, _id(pin))
    if known is not None and known.state is DecisionState.DECIDED:
        return of_row(known)
    if known is not None or pin.ruling.get("verb") != "act":
        raise NotPermitted(f"the ruling on {case} does not let the agent act")
    changer = pin.changed or {"by": MACHINE, "role": Role.AGENT.value}
    answered = Answered(
        case=case,
        answer=Answer.APPROVE,
        by=changer["by"],
        role=Role(changer["role"]),
        remedy_hash=pin.remedy_hash,
        reason=f"policy {pin.ruling.get('policy')}",
    )
    question = _new(row, pin, at)
    session.add(question)
    session.flush()
    return _record(session, row, question, answered, at)


def decide(
    session: Session,
    answered: Answered,
    enqueue: Enqueue,
    at: datetime,
    permits: Permits = asked_role_decides,
) -> Decided:
    """Record a person's decision, and give the case its turn, in one transaction.

    Raises:
        DecisionRefused: It cannot be taken; the tree is in ``agent.records.answers``.
        NotChangeable: A changed quantity is none of the remedy's, or in another unit.
    """
    row = case_row(session, answered.case)
    pin, question = pinned(session, row.id), latest(session, row.id)
    if pin is None or question is None:
        raise NotAsked(f"nobody has been asked about {row.id}")
    if question.state is DecisionState.DECIDED:
        raise _already(question)
    if answered.remedy_hash != pin.remedy_hash:
        raise RemedyChanged(pin.remedy_hash, _changes(session, answered, pin))
    if question.state is DecisionState.WITHDRAWN:
        raise NotAsked(f"{row.id} is being worked out again; nobody is asked just now")
    if answered.role is Role.AGENT or _same(answered.by) == MACHINE:
        raise NotPermitted("the agent decides only as authority has ruled, never by this door")
    pending = _pending(row, question, pin)
    permits(pending, answered)
    if answered.answer is not Answer.REJECT and observed_now(session, row.plant, row.kind):
        raise NotPermitted("this playbook was set to observe meanwhile: nothing may be sent")
    _second_person(pending, answered)
    _sensible(pin, answered)
    decided = _record(session, row, question, answered, at)
    take(session, row, Trigger.DECISION, enqueue, at, decision=decided.decision.id)
    return decided


def decided(session: Session, decision: str) -> Decided | None:
    """Return a decision that was taken."""
    row = session.get(DecisionRow, decision)
    return of_row(row) if row is not None and row.state is DecisionState.DECIDED else None


def latest(session: Session, case: str) -> DecisionRow | None:
    """Return the question about the latest attempt anybody was asked about."""
    return session.scalars(
        select(DecisionRow)
        .where(col(DecisionRow.case_id) == case)
        .order_by(desc(col(DecisionRow.attempt)))
        .limit(1)
    ).first()


def pending(session: Session, case: str) -> Pending | None:
    """Return the question a case waits with, if it does."""
    question, pin = latest(session, case), pinned(session, case)
    if question is None or pin is None or question.state is not DecisionState.PENDING:
        return None
    return _pending(case_row(session, case), question, pin)


def same_as_before(session: Session, answered: Answered) -> Decision | None:
    """Return the decision that this is the second telling of: word for word, number for number."""
    row = latest(session, answered.case)
    if row is None or row.state is not DecisionState.DECIDED:
        return None
    quantities = {name: dict(value) for name, value in answered.quantities.items()} or None
    said = (answered.by, answered.answer, answered.remedy_hash, answered.reason, quantities)
    if (row.by, row.answer, row.remedy_hash, row.reason, row.quantities) != said:
        return None
    return of_row(row).decision


def snooze(
    session: Session, case: str, until: datetime, by: str, reason: str, at: datetime
) -> None:
    """Take a case off the list until a time; who is asked, and by when, stays.

    Raises:
        NotAsked: The case does not wait for anybody.
    """
    row = _waiting(session, case)
    row.snoozed_until, row.changed_at = until, at
    details = {"until": until.isoformat(), "reason": reason}
    append(session, Entry(by, "case snoozed", case, details=details), at)


def forward(
    session: Session,
    case: str,
    to: Role,
    by: str,
    reason: str,
    at: datetime,
    person: str | None = None,
) -> None:
    """Ask another role, or one person in it, instead.

    Raises:
        NotAsked: The case does not wait for anybody.
    """
    row = _waiting(session, case)
    question = latest(session, case)
    if question is not None:
        question.asked = to
    row.waiting_for, row.person, row.snoozed_until, row.changed_at = to, person, None, at
    details = {"to": to.value, "person": person, "reason": reason}
    put(session, Notice("forwarded", case, details), at)
    append(session, Entry(by, "case forwarded", case, details=details), at)


def of_row(row: DecisionRow) -> Decided:
    """Return the decision a decided row holds."""
    if row.answer is None or row.by is None or row.role is None or row.decided_at is None:
        raise ValueError(f"{row.id} is not decided")
    decision = Decision(
        id=row.id,
        case=row.case_id,
        answer=row.answer,
        by=row.by,
        role=row.role,
        remedy_hash=row.remedy_hash,
        reason=row.reason,
        at=row.decided_at,
    )
    return Decided(decision, row.attempt, row.quantities or {})


def _record(
    session: Session, case: CaseRow, question: DecisionRow, answered: Answered, at: datetime
) -> Decided:
    """Turn pending into decided, once: whoever comes second finds the row changed."""
    quantities = {name: dict(value) for name, value in answered.quantities.items()}
    done = session.execute(
        update(DecisionRow)
        .where(
            col(DecisionRow.id) == question.id,
            col(DecisionRow.state) == DecisionState.PENDING,
        )
        .values(
            state=DecisionState.DECIDED,
            answer=answered.answer,
            by=answered.by,
            role=answered.role,
            reason=answered.reason,
            quantities=quantities or None,
            decided_at=at,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(question)
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        raise _already(question)
    case.status = CaseStatus.ACTING if answered.answer is Answer.APPROVE else CaseStatus.OPEN
    case.waiting_for = case.person = case.due_at = case.snoozed_until = None
    case.changed_at = at
    hear(session, case.id)
    details = {
        "decision": question.id,
        "attempt": question.attempt,
        "remedy": question.remedy_hash,
        "answer": answered.answer.value,
        "role": answered.role.value,
        "reason": answered.reason,
        "quantities": quantities,
    }
    append(session, Entry(answered.by, "decided", case.id, details=details), at)
    return of_row(question)


def _already(question: DecisionRow) -> AlreadyDecided:
    known = of_row(question).decision
    return AlreadyDecided(known.by, known.at, known.answer)


def _changes(session: Session, answered: Answered, now: Pin) -> tuple[str, ...]:
    """Return what is different from the remedy the answer names, if it was ever proposed."""
    for attempt in reversed(attempts(session, answered.case)):
        if attempt.remedy_hash == answered.remedy_hash:
            return difference(attempt.plan, now.plan)
    return ()


def _second_person(pending: Pending, answered: Answered) -> None:
    if answered.answer is not Answer.APPROVE or not pending.pin.ruling.get("four_eyes"):
        return
    own = {_same(name) for name in (*pending.pin.authors, pending.proposed_by or "") if name}
    if _same(answered.by) in own:
        raise FourEyes(f"{answered.by} proposed or changed this; a second person decides")


def _same(name: str) -> str:
    return name.strip().casefold()


def _sensible(pin: Pin, answered: Answered) -> None:
    """Refuse an answer that no burst could follow, before it is recorded."""
    match answered.answer:
        case Answer.APPROVE:
            if not pin.plan.get("settles"):
                raise NothingToApprove("the case asks a question; reject it once it is answered")
        case Answer.REJECT:
            return
        case Answer.CHANGE:
            if not pin.plan.get("settles") or not answered.quantities:
                raise NothingToApprove("there is no quantity to change")
            changed_plan(pin.plan, answered.quantities, answered.by)


def _id(pin: Pin) -> str:
    return f"d-{pin.case}-{pin.attempt}"


def _new(case: CaseRow, pin: Pin, at: datetime) -> DecisionRow:
    return DecisionRow(
        id=_id(pin),
        case_id=case.id,
        attempt=pin.attempt,
        kind=case.kind,
        cause=pin.diagnosis.get("cause") if pin.plan.get("settles") else None,
        remedy_hash=pin.remedy_hash,
        state=DecisionState.PENDING,
        asked_at=at,
    )


def _pending(case: CaseRow, question: DecisionRow, pin: Pin) -> Pending:
    return Pending(
        id=question.id,
        plant=case.plant,
        kind=case.kind,
        object=case.object,
        asked=question.asked,
        due_at=question.due_at,
        proposed_by=case.proposed_by,
        pin=pin,
    )


def _waiting(session: Session, case: str) -> CaseRow:
    row = case_row(session, case)
    if row.status is not CaseStatus.WAITING:
        raise NotAsked(f"{case} waits for nobody")
    return row

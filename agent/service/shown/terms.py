"""The words of the design as people read them: statuses, roles, settlements, states."""

from __future__ import annotations

from collections.abc import Mapping

from agent.case.conflict import Criticality
from agent.case.proof import Result
from agent.case.ruling import Answer, Role, Settlement, Verb
from agent.playbooks.catalog import Catalog
from agent.playbooks.playbook import Risk
from agent.records.states import CaseStatus, LetterState, PostingState
from agent.service.violations import Rule
from agent.words.speech import Speech
from tools.plant.authority import Phase
from tools.standing import Failing

STATUS: Mapping[CaseStatus, str] = {
    CaseStatus.OPEN: "being worked out",
    CaseStatus.WAITING: "waits for a decision",
    CaseStatus.ACTING: "being carried out",
    CaseStatus.SETTLED: "settled",
    CaseStatus.NEEDS_PERSON: "a person has to look",
    CaseStatus.DEAD: "dead letter",
}
CRITICALITY: Mapping[Criticality, str] = {
    Criticality.URGENT: "urgent",
    Criticality.HIGH: "high",
    Criticality.NORMAL: "normal",
    Criticality.LOW: "low",
}
ROLE: Mapping[Role, str] = {
    Role.AGENT: "Concord",
    Role.PLANNER: "planner",
    Role.SUPERVISOR: "supervisor",
    Role.CONTROLLER: "controller",
    Role.INTEGRATOR: "integrator",
    Role.AUDITOR: "auditor",
    Role.SERVICE: "service account",
}
SETTLEMENT: Mapping[Settlement, str] = {
    Settlement.CORRECTED: "corrected",
    Settlement.NOT_A_CONFLICT: "no conflict after all",
    Settlement.REJECTED: "rejected",
    Settlement.BY_PERSON: "settled by a person",
    Settlement.OBSERVED: "only observed",
    Settlement.UNSETTLED: "not settled",
}
POSTING: Mapping[PostingState, str] = {
    PostingState.INTENDED: "about to be posted",
    PostingState.SENDING: "being posted",
    PostingState.CONFIRMED: "posted",
    PostingState.PARTIAL: "posted in part",
    PostingState.REFUSED: "refused",
    PostingState.STALE: "not posted, facts moved",
    PostingState.UNKNOWN: "answer lost, being looked for",
    PostingState.GIVEN_UP: "a person has to look",
}
RESULT: Mapping[Result, str] = {
    Result.PASSED: "passed",
    Result.FAILED: "failed",
    Result.UNKNOWN: "cannot be told",
    Result.NOT_APPLICABLE: "does not apply",
}
ANSWER: Mapping[Answer, str] = {
    Answer.APPROVE: "approved",
    Answer.REJECT: "rejected",
    Answer.CHANGE: "changed",
}
VERB: Mapping[Verb, str] = {
    Verb.ACT: "Concord acts",
    Verb.ASK: "a person is asked",
    Verb.HOLD: "held",
    Verb.OBSERVE: "only observed",
}
RISK: Mapping[Risk, str] = {
    Risk.LOW: "low risk",
    Risk.MEDIUM: "medium risk",
    Risk.HIGH: "high risk",
}
PHASE: Mapping[Phase, str] = {
    Phase.OBSERVE: "observe",
    Phase.ADVISE: "advise",
    Phase.ACT: "act",
}
LETTER: Mapping[LetterState, str] = {
    LetterState.LYING: "lying",
    LetterState.REPLAYED: "replayed",
    LetterState.DROPPED: "dropped",
}
FAILING: Mapping[str, str] = {
    Failing.UNREACHABLE.value: "cannot be reached",
    Failing.BROKEN.value: "breaks down over a request",
    Failing.SIGN_IN_REFUSED.value: "does not accept the credentials",
    Failing.DENIED.value: "the rights do not suffice",
    Failing.UNREADABLE.value: "answers what cannot be read",
    Failing.ANSWER_LOST.value: "took a write, its answer never came",
}
RULE: Mapping[str, str] = {
    Rule.HOST.value: "another host name",
    Rule.NOT_SIGNED_IN.value: "not signed in",
    Rule.NOT_ACCEPTED.value: "key, token, signature or password not accepted",
    Rule.NOT_PERMITTED.value: "not permitted",
    Rule.FOREIGN_FORM.value: "a form of another site or session",
    Rule.UNKNOWN_PATH.value: "a path there is not",
    Rule.METHOD.value: "a method there is not",
    Rule.TOO_SLOW.value: "sent too slowly",
    Rule.TOO_LARGE.value: "too large",
    Rule.MEDIA_TYPE.value: "of another type",
    Rule.SCHEMA.value: "not in the form it has to have",
    Rule.THROTTLED.value: "too many requests",
}
BUSINESS_OBJECT: Mapping[str, str] = {
    "order": "Order",
    "material": "Material",
    "confirmation": "Confirmation",
    "equipment": "Equipment",
    "stock": "Stock",
    "batch": "Batch",
    "inspection_lot": "Inspection lot",
    "notification": "Notification",
}
REJECT_REASONS: Mapping[str, str] = {
    "wrong_cause": "The cause is wrong",
    "wrong_number": "A quantity or value is wrong",
    "wrong_object": "It concerns another object",
    "settled_elsewhere": "It was settled outside Concord",
    "too_risky": "Too risky now",
    "other": "Another reason (say which)",
}


def object_said(speech: Speech, name: str) -> str:
    """Say a business object's name (``1010/order/1000012``) as people do: Order 1000012."""
    parts = name.split("/")
    if len(parts) < 3:
        return name
    word = BUSINESS_OBJECT.get(parts[1], parts[1].replace("_", " ").capitalize())
    return f"{speech(word)} {'/'.join(parts[2:])}"


def kind_said(speech: Speech, catalog: Catalog, kind: str | None) -> str:
    """Say a kind of conflict by its playbook's title."""
    book = catalog.playbooks.get(kind or "")
    if book is None:
        return kind or speech("not recognised")
    return speech.text(book.title)


def cause_said(speech: Speech, catalog: Catalog, kind: str | None, cause: str | None) -> str:
    """Say a cause in its playbook's words."""
    book = catalog.playbooks.get(kind or "")
    known = {one.name: one.says for one in book.causes} if book else {}
    if cause is None:
        return speech("No cause stands out")
    return speech.text(known[cause]) if cause in known else cause.replace("_", " ")

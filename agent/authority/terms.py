"""A remedy in the terms policies speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agent.case.conflict import Conflict
from agent.case.diagnosis import Diagnosis
from agent.case.proof import Proof
from agent.case.remedy import Remedy, Unsettled
from agent.playbooks.playbook import Playbook, Risk
from tools.plant.model import Plant

Terms = dict[str, bool | int | str]
MONEY = frozenset({"value", "agent_limit", "supervisor_limit", "planner_limit"})

# Where Cedar's decimal ends, far above any limit a plant can have; what nobody could value is
# worth this.
MOST = Decimal("922337203685477.5807")


@dataclass(frozen=True)
class Question:
    """What authority is asked about one pinned remedy."""

    case: str
    conflict: Conflict
    playbook: Playbook
    plant: Plant
    diagnosis: Diagnosis
    plan: Remedy | Unsettled
    proof: Proof
    attempt: int
    changed_by: str | None
    changed_role: str | None
    now: datetime


def terms_of(question: Question, threshold: float | None) -> Terms:
    """Return the attributes policies judge by; money is written as text, exactly.

    ``threshold`` is the certified confidence for this class of risk; None means that there is no
    valid certificate.
    """
    plan, diagnosis, plant = question.plan, question.diagnosis, question.plant
    remedy = plan if isinstance(plan, Remedy) else None
    value = _value(remedy, plant.currency)
    cause = plan.cause or "none"
    deeds = [action.kind for action in remedy.hard] if remedy else []
    return {
        "plant": question.conflict.plant,
        "playbook": question.conflict.kind,
        "cause": cause,
        "risk": _risk(question).value,
        "phase": plant.phase_of(question.conflict.kind).value,
        "value": f"{MOST if value is None else value:f}",
        "valued": value is not None,
        "agent_limit": f"{plant.limits.low_up_to:f}",
        "supervisor_limit": f"{plant.limits.low_up_to:f}",
        "planner_limit": f"{plant.limits.medium_up_to:f}",
        "four_eyes": value is None or value > plant.limits.four_eyes_above,
        "reversible": remedy is not None and remedy.reversible,
        "closed_period": remedy is not None and remedy.into_closed_period,
        "proved": _proved(question.proof, remedy),
        "changes_nothing": remedy is not None and not remedy.hard,
        "settles": remedy is not None,
        "decisive": diagnosis.decisive,
        "named": plant.lets_settle(question.conflict.kind, cause, deeds),
        "certified": threshold is not None and diagnosis.confidence >= threshold,
        "free_text_only": diagnosis.free_text_only,
        "unread_note": remedy is not None and remedy.unread_note,
        "identified_by_model": question.conflict.identified_by is not None,
        "attempt": question.attempt,
        **_change(question),
    }


def _change(question: Question) -> Terms:
    """Return who changed a number, and in which role, where somebody did."""
    said = {"changed_by": question.changed_by, "changed_role": question.changed_role}
    return {name: value for name, value in said.items() if value is not None}


def _proved(proof: Proof, remedy: Remedy | None) -> bool:
    """Return whether the checks passed; a remedy that no check looked at is not proved."""
    return proof.passed and (remedy is None or bool(proof.verdicts))


def _value(remedy: Remedy | None, currency: str) -> Decimal | None:
    """Return what a remedy moves; nothing hard moves nothing, a question moves an unknown.

    An amount in another currency than that of the plant's limits cannot be compared with them.
    """
    if remedy is None:
        return None
    if not remedy.hard:
        return Decimal(0)
    if remedy.value is None or remedy.value.currency != currency:
        return None
    return abs(remedy.value.amount)


def _risk(question: Question) -> Risk:
    cause = question.plan.cause
    return Risk.HIGH if cause is None else question.playbook.cause(cause).risk

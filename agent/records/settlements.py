"""What was settled lately at a plant, and by whom: what acting alone is measured by.

A case stood if it was settled; whether somebody has undone it since is not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.authority.autonomy import Settled
from agent.case.ruling import Answer, Role, Settlement
from agent.playbooks.playbook import Risk
from agent.records.tables import DecisionRow, OutcomeRow

LOOKED_BACK = 2_000

Risks = Callable[[str, str | None], Risk]
"""The class of risk of a playbook's cause."""


def settled_since(session: Session, plant: str, since: datetime, risk: Risks) -> list[Settled]:
    """Return the latest cases of a plant that were settled by a decision since a time."""
    rows = session.execute(
        select(
            col(OutcomeRow.kind),
            col(OutcomeRow.cause),
            col(OutcomeRow.settlement),
            col(DecisionRow.role),
            col(DecisionRow.answer),
        )
        .join(DecisionRow, col(DecisionRow.id) == col(OutcomeRow.decision))
        .where(
            col(OutcomeRow.settled_at) > since,
            col(OutcomeRow.kind).is_not(None),
            col(OutcomeRow.plant) == plant,
        )
        .order_by(col(OutcomeRow.settled_at).desc())
        .limit(LOOKED_BACK)
    )
    return [
        Settled(
            playbook=kind,
            risk=risk(kind, cause),
            alone=role is Role.AGENT,
            stood=_stood(settlement, answer),
            overridden=answer in {Answer.REJECT, Answer.CHANGE},
        )
        for kind, cause, settlement, role, answer in rows
        if kind is not None
    ]


def _stood(settlement: Settlement, answer: Answer | None) -> bool:
    """Return whether what was decided settled it: what a person did by hand afterwards, did not."""
    by_hand = settlement is Settlement.BY_PERSON and answer is Answer.APPROVE
    return settlement is not Settlement.UNSETTLED and not by_hand

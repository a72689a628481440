"""Every posting date falls into the open period."""

from __future__ import annotations

from datetime import date

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.cost import PostingPeriod

NAME = "period_open"


def check(subject: Subject) -> Verdict:
    """Compare posting dates with the period the ERP has open."""
    days = _posting_dates(subject)
    if not days:
        return beside(NAME, "Nothing is posted to a date")
    period: PostingPeriod | None = subject.fact(PostingPeriod)
    if period is None:
        return unknown(NAME, "Which period is open was not read")
    for day in days:
        if not period.admits(day):
            return failed(NAME, "{day} lies outside the open period", day=day.isoformat())
    return passed(NAME, "The posting date lies in the open period")


def _posting_dates(subject: Subject) -> list[date]:
    movements = [action.draft.posting_date for action in subject.actions(PostMovement)]
    return movements + [action.draft.posting_date for action in subject.actions(PostConfirmation)]

"""Every posting date falls into the open period, by the ERP and by the plant's own word."""

from __future__ import annotations

from datetime import date

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.actions.report_confirmation import ReportConfirmation
from agent.actions.report_issue import ReportIssue
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.cost import PostingPeriod

NAME = "period_open"
DATED = (PostMovement, PostConfirmation, ReportConfirmation, ReportIssue)


def check(subject: Subject) -> Verdict:
    """Compare posting dates with the period the ERP has open, unless the plant has closed its own.

    What the shop floor is to report counts as well: it posts to the same date.
    """
    days = _posting_dates(subject)
    if not days:
        return beside(NAME, "Nothing is posted to a date")
    said = subject.plant.calendar.posting_period
    if said == "closed":
        return failed(NAME, "The plant has closed its posting period")
    period: PostingPeriod | None = subject.fact(PostingPeriod)
    if period is None and said == "open":
        return passed(NAME, "The plant says that its posting period is open")
    if period is None:
        return unknown(NAME, "Which period is open was not read")
    for day in days:
        if not period.admits(day):
            return failed(NAME, "{day} lies outside the open period", day=day.isoformat())
    return passed(NAME, "The posting date lies in the open period")


def _posting_dates(subject: Subject) -> list[date]:
    return [action.draft.posting_date for kind in DATED for action in subject.actions(kind)]

"""What a case was told while it was being settled is looked at once it is, as if it came then.

A signal that attaches starts nothing, for the facts are read again before anything is posted. That
is not so of one that comes after: the ERP refuses a message anew, which had just been sent again,
and the shop floor tells of it before the case that sent it has come to its end. Nobody would look
at it any more. So the first signal that attaches is marked, until it is sure that the facts are
still to be read; and where the mark is left on a settled case, all from there come in once more. A
case that was left to a person hears of them by being looked at again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.records.again import look_again
from agent.records.arrivals import Reread, settle_in
from agent.records.audit import MACHINE, Entry
from agent.records.gates import Enqueue
from agent.records.remedies import case_row
from agent.records.states import CaseStatus, How
from agent.records.tables import InboxRow


def hear(session: Session, case: str) -> None:
    """Take it that a case knows all it was told: its facts are about to be read."""
    case_row(session, case).unheard = None


def take_up(session: Session, case: str, reread: Reread, enqueue: Enqueue, at: datetime) -> None:
    """Let in once more what a settled case was told and did not hear."""
    row = case_row(session, case)
    if row.unheard is None:
        return
    if row.status is not CaseStatus.SETTLED:
        look_again(session, case, enqueue, at, Entry(MACHINE, "case looked at again", case))
        return
    told = session.scalars(
        select(InboxRow)
        .where(
            col(InboxRow.case_id) == case,
            col(InboxRow.how) == How.ATTACHED,
            col(InboxRow.id) >= row.unheard,
        )
        .order_by(col(InboxRow.id))
    ).all()
    row.unheard = None
    for one in told:
        settle_in(session, one, reread(one.body), enqueue, at)

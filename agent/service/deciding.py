"""Deciding for a visitor: in the first of their roles that may, and the same decision only once."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from agent.case.change import NotChangeable
from agent.case.ruling import Decision, Role
from agent.permits import permits_of
from agent.records import decisions, pages
from agent.records.answers import (
    AlreadyDecided,
    Answered,
    Decided,
    DecisionRefused,
    FourEyes,
    NotPermitted,
    Permits,
    RemedyChanged,
)
from agent.records.gates import Enqueue
from agent.service.problem import Problem
from agent.service.served import concord, enqueue, write
from agent.service.who.door import Admitted

LEAST_FIRST = (Role.SUPERVISOR, Role.PLANNER, Role.CONTROLLER)


@dataclass(frozen=True)
class Taken:
    """A decision in the records; not ``fresh`` if it was there before."""

    decision: Decision
    fresh: bool


async def decide(request: Request, who: Admitted, answered: Answered) -> Taken:
    """Record a visitor's decision; name and role are the visitor's, whatever ``answered`` says.

    Raises:
        Problem: It cannot be taken: 404, 403 (role, four eyes), 409 (decided, another remedy).
    """
    permits = permits_of(concord(request).context.authority)
    starts = enqueue(request)

    def work(session: Session, at: datetime) -> Taken:
        view = pages.case(session, answered.case)
        if view is None or not who.may_at(view.plant):
            raise Problem(404, f"There is no case {answered.case}.")
        named = replace(answered, by=who.name)
        known = decisions.same_as_before(session, named)
        if known is not None:
            return Taken(known, fresh=False)
        decided = _in_a_role(session, who, view.plant, named, (starts, permits), at)
        return Taken(decided.decision, fresh=True)

    with telling_refusals():
        return await write(request, work)


@contextmanager
def telling_refusals() -> Generator[None]:
    """Tell a refused decision as a problem.

    Raises:
        Problem: What was refused, and why.
    """
    try:
        yield
    except RemedyChanged as refusal:
        changes = list(refusal.changes)
        raise Problem(409, str(refusal), remedy=refusal.expected, changes=changes) from None
    except AlreadyDecided as refusal:
        answer, at = refusal.answer.value, refusal.at.isoformat()
        raise Problem(409, str(refusal), by=refusal.by, answer=answer, at=at) from None
    except (NotPermitted, FourEyes) as refusal:
        raise Problem(403, str(refusal)) from None
    except DecisionRefused as refusal:
        raise Problem(409, str(refusal)) from None
    except NotChangeable as refusal:
        raise Problem(422, str(refusal), field="quantities") from None


def _in_a_role(
    session: Session,
    who: Admitted,
    plant: str,
    answered: Answered,
    by: tuple[Enqueue, Permits],
    at: datetime,
) -> Decided:
    """Decide in the least of the visitor's roles that may."""
    starts, permits = by
    has = who.visitor.roles_at(plant)
    roles = [role for role in LEAST_FIRST if role in has]
    refusal = NotPermitted("none of their roles decides here")
    for role in roles:
        try:
            said = replace(answered, role=role)
            return decisions.decide(session, said, starts, at, permits)
        except NotPermitted as error:
            refusal = error
    raise refusal

"""A simulated person: approves what would settle the case, and says no to everything else.

The person knows the quantities the label names, and says no to others.
"""

from __future__ import annotations

from agent.bootstrap import Machinery
from agent.case.remedy import Remedy
from agent.case.ruling import Answer, Role
from agent.plain import load_plan
from agent.records.answers import Answered, DecisionRefused, Pending
from evals.amounts import named, names
from evals.case import Case

NAME = "anna"


async def answer(concord: Machinery, case: str, golden: Case) -> str | None:
    """Answer what a case asks; return the decision's id, None where none was taken."""
    pending = await concord.records.pending(case)
    if pending is None:
        return None
    said = Answer.APPROVE if _settles(pending, golden) else Answer.REJECT
    answered = Answered(
        case=case,
        answer=said,
        by=NAME,
        role=pending.asked or Role.CONTROLLER,
        remedy_hash=pending.pin.remedy_hash,
        reason="As the golden case says.",
    )
    try:
        decided = await concord.records.decide(answered, lambda _session, _turns: None)
    except DecisionRefused:
        return None
    return decided.decision.id


def _settles(pending: Pending, golden: Case) -> bool:
    plan = load_plan(pending.pin.plan)
    if not isinstance(plan, Remedy):
        return False
    proposed = tuple(action.kind for action in plan.hard)
    wanted = [one for one in golden.quantities if one.action in proposed]
    amounts = named(plan.hard)
    return golden.accepts(proposed) and all(names(amounts, one) for one in wanted)

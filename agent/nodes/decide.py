"""Decide: wait for a recorded decision on exactly this remedy. The interrupt stands alone here."""

from __future__ import annotations

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.case.change import changed_plan
from agent.case.ruling import Answer, Decision, Settlement
from agent.context import Context
from agent.plain import load, pin_of
from agent.state import CaseState, Update


async def decide(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Take the decision this burst was started with; an answer to another remedy is no answer."""
    answer = interrupt({"remedy_hash": state["remedy_hash"], "ruling": state["ruling"]})
    decision = load(Decision, answer["decision"])
    if decision.remedy_hash != state["remedy_hash"]:
        return {"decision": None}
    taken: Update = {"decision": answer["decision"]}
    match decision.answer:
        case Answer.APPROVE:
            return taken
        case Answer.REJECT:
            taken["settlement"] = (
                Settlement.REJECTED if state["remedy"]["settles"] else Settlement.BY_PERSON
            ).value
            taken["why"] = decision.reason
            return taken
        case Answer.CHANGE:
            plan = changed_plan(state["remedy"], answer["quantities"], decision.by)
            return {
                "decision": None,
                "remedy": plan,
                "remedy_hash": pin_of(plan),
                "changed": {"by": decision.by, "role": decision.role.value},
                "attempt": state["attempt"] + 1,
            }


def after_decide(state: CaseState) -> Literal["execute", "prove", "gather", "learn"]:
    """Carry out what was approved, prove what was changed, end what was rejected."""
    if state["settlement"]:
        return "learn"
    if state["decision"]:
        return "execute"
    return "prove" if state["changed"] else "gather"

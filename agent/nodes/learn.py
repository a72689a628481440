"""Learn: record what became of the case; a settled, approved case becomes a precedent."""

from __future__ import annotations

import logging

from langgraph.runtime import Runtime

from agent.case.ruling import Settlement
from agent.context import Context
from agent.precedents.index import IndexUnusable
from agent.records.cases import Outcome
from agent.state import CaseState, Update

log = logging.getLogger("concord.precedents")


async def learn(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Record the outcome, and index it where it may serve as a precedent."""
    context = runtime.context
    settlement = Settlement(state["settlement"] or Settlement.UNSETTLED.value)
    conflict = state["conflict"] or {}
    outcome = Outcome(
        case=state["case"],
        settlement=settlement,
        kind=conflict.get("kind"),
        cause=state["diagnosis"].get("cause"),
        why=state["why"],
        decision=(state["decision"] or {}).get("id"),
    )
    await context.records.settle(outcome, at=context.clock())
    if settlement is Settlement.CORRECTED:
        try:
            await context.precedents.add(state["case"])
        except IndexUnusable as error:
            log.warning("case %s is not indexed yet: %s", state["case"], error)
    return {}

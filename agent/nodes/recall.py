"""Recall: settled cases that resemble this one."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict, Signal
from agent.context import Context
from agent.plain import dump, load
from agent.state import CaseState, Update

MOST = 5


async def recall(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Find the nearest precedents of the conflict's kind."""
    found = await runtime.context.precedents.similar(
        load(Conflict, state["conflict"]), load(Signal, state["signal"]), state["facts"], MOST
    )
    return {"precedents": [dump(precedent) for precedent in found]}

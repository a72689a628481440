"""Identify: which playbook's conflict a signal is, and about which business object.

What no playbook recognises, or several equally well, a model may be asked about. That only reads:
a rerun may ask again, until ``rule`` writes the conflict down with what is pinned.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict, Signal
from agent.case.ruling import Settlement
from agent.case.text import Text, text
from agent.context import Context
from agent.identifying import as_kind, conflict_of
from agent.plain import dump, load
from agent.state import CaseState, Update


async def identify(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Take over a conflict that is known, recognise the signal, or have it identified."""
    if state["conflict"] is not None:
        return {}
    signal, context = load(Signal, state["signal"]), runtime.context
    conflict = conflict_of(signal, context.catalog, context.plants.get(signal.plant))
    if conflict is not None:
        return {"conflict": dump(conflict)}
    conflict, why = await _asked(signal, context)
    if conflict is not None:
        return {"conflict": dump(conflict)}
    return {
        "conflict": None,
        "settlement": Settlement.UNSETTLED.value,
        "why": f"{_not_ours(signal)} {why}".strip(),
    }


def _not_ours(signal: Signal) -> Text:
    return text("No playbook recognises {type} with the keys it names.", type=signal.type)


async def _asked(signal: Signal, context: Context) -> tuple[Conflict | None, str]:
    """Return the conflict a model sees in a signal, or why there is none."""
    said = await context.identifier.identify(signal)
    if said is None:
        return None, ""
    if said.kind is None:
        return None, said.why
    conflict = as_kind(signal, said.kind, context.catalog, context.plants.get(signal.plant))
    return (replace(conflict, identified_by=said.by) if conflict else None), ""


def after_identify(state: CaseState) -> Literal["gather", "learn"]:
    """Go on with a recognised conflict."""
    return "gather" if state["conflict"] else "learn"

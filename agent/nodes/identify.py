"""Identify: which playbook's conflict a signal is, and about which business object."""

from __future__ import annotations

from typing import Literal

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict, Signal
from agent.case.ruling import Settlement
from agent.context import Context
from agent.plain import dump, load
from agent.playbooks.catalog import Catalog
from agent.state import CaseState, Update


def conflict_of(signal: Signal, catalog: Catalog) -> Conflict | None:
    """Return the conflict the most specific playbook sees in a signal.

    None means that no playbook recognises it, or that two do equally well: nobody guesses.
    """
    kinds = catalog.recognise(signal)
    if len(kinds) != 1:
        return None
    playbook = catalog.playbooks[kinds[0]]
    number = signal.keys.get(playbook.object_key)
    if number is None:
        return None
    return Conflict(
        kind=kinds[0],
        plant=signal.plant,
        object=f"{signal.plant}/{playbook.object_key}/{number}",
        keys=dict(signal.keys),
        criticality=playbook.criticality,
    )


async def identify(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Take over a handed-over conflict, or recognise the signal."""
    if state["conflict"] is not None:
        return {}
    signal = load(Signal, state["signal"])
    conflict = conflict_of(signal, runtime.context.catalog)
    if conflict is None:
        return {
            "conflict": None,
            "settlement": Settlement.UNSETTLED.value,
            "why": f"No playbook recognises {signal.type} with the keys it names.",
        }
    return {"conflict": dump(conflict)}


def after_identify(state: CaseState) -> Literal["gather", "learn"]:
    """Go on with a recognised conflict."""
    return "gather" if state["conflict"] else "learn"

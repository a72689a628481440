"""Diagnose: what the facts say for each cause, and the judge's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Handover, Resemblance
from agent.case.dossier import Dossier, Fact
from agent.context import Context
from agent.plain import dump, load, load_facts
from agent.playbooks.playbook import Playbook
from agent.state import CaseState, Update

MOST_HANDOVERS = 1


async def diagnose(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Weigh the facts; hand the case over once if they show another playbook's conflict.

    What a playbook should have that is not here stays where it is, and a person is asked.
    """
    context = runtime.context
    conflict = load(Conflict, state["conflict"])
    playbook = context.catalog.playbooks[conflict.kind]
    facts = typed_facts(playbook, state["facts"])
    leanings = playbook.weigh(facts, context.plants[conflict.plant])
    if isinstance(leanings, Handover):
        known = leanings.kind in context.catalog.playbooks
        if known and state["handovers"] < MOST_HANDOVERS:
            return {
                "conflict": dump(_handed_over(conflict, leanings, context)),
                "handovers": state["handovers"] + 1,
                "attempt": state["attempt"] - 1,
                "diagnosis": {},
            }
        leanings = ()
    dossier = Dossier(
        signal=load(Signal, state["signal"]),
        conflict=conflict,
        facts=facts,
        sheet={
            name: Fact(name, row["system"], row["read_at"], row["etag"], row["value"])
            for name, row in state["facts"].items()
        },
        leanings=tuple(leanings),
        precedents=tuple(load(Resemblance, row) for row in state["precedents"]),
        causes=tuple(cause.name for cause in playbook.causes),
        objections=state["objections"],
    )
    diagnosis = await context.reasoner.diagnose(dossier)
    return {
        "leanings": [dump(leaning) for leaning in leanings],
        "diagnosis": dump(diagnosis),
    }


def after_diagnose(state: CaseState) -> Literal["remedy", "identify"]:
    """Identify again what was handed over."""
    return "remedy" if state["diagnosis"] else "identify"


def typed_facts(playbook: Playbook, sheet: Mapping[str, Any]) -> Any:
    """Return the playbook's typed facts out of the state's plain ones."""
    return load_facts(playbook.facts, {name: row["value"] for name, row in sheet.items()})


def _handed_over(conflict: Conflict, handover: Handover, context: Context) -> Conflict:
    keys = dict(conflict.keys) | dict(handover.keys)
    playbook = context.catalog.playbooks[handover.kind]
    number = keys.get(playbook.object_key)
    return replace(
        conflict,
        kind=handover.kind,
        keys=keys,
        object=f"{conflict.plant}/{playbook.object_key}/{number}" if number else conflict.object,
        handed_over_by=conflict.kind,
    )

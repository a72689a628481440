"""Remedy: the typed actions that would settle the case, every quantity computed by the playbook."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict
from agent.case.diagnosis import Diagnosis
from agent.case.remedy import Remedy, Unsettled
from agent.case.text import text
from agent.context import Context
from agent.nodes.diagnose import typed_facts
from agent.plain import dump_plan, load, pin_of
from agent.playbooks.playbook import Playbook
from agent.playbooks.priced import priced
from agent.state import CaseState, Update
from tools.plant.model import Plant

SHORTLIST = 3


async def remedy(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Work out the remedy for the chosen cause, or the question for a person."""
    conflict = load(Conflict, state["conflict"])
    playbook = runtime.context.catalog.playbooks[conflict.kind]
    plant = runtime.context.plants[conflict.plant]
    plan = dump_plan(plan_for(playbook, load(Diagnosis, state["diagnosis"]), state, plant))
    return {"remedy": plan, "remedy_hash": pin_of(plan)}


def plan_for(
    playbook: Playbook, diagnosis: Diagnosis, state: CaseState, plant: Plant
) -> Remedy | Unsettled:
    """Return what a playbook would do about a diagnosis."""
    facts = typed_facts(playbook, state["facts"])
    if diagnosis.cause is not None:
        plan = playbook.remedy(diagnosis.cause, facts, plant)
        return priced(plan, facts) if isinstance(plan, Remedy) else plan
    shortlist = tuple(cause for cause, _ in diagnosis.ranking[:SHORTLIST])
    said = "; ".join(str(playbook.cause(cause).says) for cause in shortlist)
    question = (
        text("The facts contradict each other. Possible: {causes}", causes=said)
        if diagnosis.contested
        else text("No cause stands out. Possible: {causes}", causes=said)
    )
    return Unsettled(None, question, playbook.in_doubt(facts, plant, shortlist))

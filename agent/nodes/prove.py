"""Prove: what the named checks say of the remedy."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agent.case.conflict import Conflict
from agent.case.proof import Proof
from agent.case.remedy import Remedy
from agent.context import Context
from agent.nodes.diagnose import typed_facts
from agent.plain import dump, load, load_plan
from agent.proof.check import Subject
from agent.proof.checks import prove as run_checks
from agent.state import CaseState, Update


async def prove(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Run every check on the remedy."""
    return {"proof": dump(proof_of(state, runtime.context))}


def proof_of(state: CaseState, context: Context) -> Proof:
    """Return the checks' verdicts on the state's remedy; a question has nothing to prove."""
    plan = load_plan(state["remedy"])
    if not isinstance(plan, Remedy):
        return Proof(())
    conflict = load(Conflict, state["conflict"])
    playbook = context.catalog.playbooks[conflict.kind]
    subject = Subject(
        remedy=plan,
        facts=typed_facts(playbook, state["facts"]),
        sheet=state["facts"],
        plant=context.plants[conflict.plant],
        now=context.clock(),
    )
    return run_checks(subject)

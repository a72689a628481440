"""Rule: what authority says of the proved remedy, pinned with it as one row per attempt.

A rerun that finds the row takes it over instead of judging again: what a person was shown is what
will be carried out, whatever was read since.
"""

from __future__ import annotations

from typing import Literal, cast

from langgraph.runtime import Runtime

from agent.authority.authority import Question
from agent.case.conflict import Conflict
from agent.case.diagnosis import Diagnosis
from agent.case.proof import Proof
from agent.case.remedy import Remedy, Unsettled
from agent.case.ruling import Ruling, Settlement, Verb
from agent.case.text import text
from agent.context import Context
from agent.plain import dump, dump_plan, load, load_plan, pin_of
from agent.playbooks.playbook import NOT_A_CONFLICT
from agent.records.cases import Pin
from agent.state import CaseState, Update
from tools.plant.model import Plant


async def rule(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Ask authority, and pin remedy and ruling."""
    context = runtime.context
    if state["missing"]:
        state = cast(CaseState, {**state, **_nothing_to_plan(state)})
    conflict = load(Conflict, state["conflict"])
    if conflict.handed_over_by is not None or conflict.identified_by is not None:
        await context.records.identified(state["case"], conflict)
    plant = await context.records.in_force(context.plants[conflict.plant])
    ruling = _judge(state, context, plant)
    pin = await context.records.pin(
        Pin(
            case=state["case"],
            attempt=state["attempt"],
            plan=state["remedy"],
            remedy_hash=state["remedy_hash"],
            proof=state["proof"],
            ruling=dump(ruling),
            diagnosis=state["diagnosis"],
            facts=state["facts"],
            changed=state["changed"],
        )
    )
    settled = _settled(pin)
    return {
        "facts": pin.facts,
        "diagnosis": pin.diagnosis,
        "changed": pin.changed,
        "remedy": pin.plan,
        "remedy_hash": pin.remedy_hash,
        "proof": pin.proof,
        "ruling": pin.ruling,
        "settlement": settled.value if settled else None,
        "why": str(load(Ruling, pin.ruling).because) if settled else "",
    }


def after_rule(state: CaseState) -> Literal["decide", "learn"]:
    """Wait for a decision unless there is nothing to decide."""
    return "learn" if state["settlement"] else "decide"


def _judge(state: CaseState, context: Context, plant: Plant) -> Ruling:
    conflict = load(Conflict, state["conflict"])
    diagnosis = load(Diagnosis, state["diagnosis"])
    plan = load_plan(state["remedy"])
    changed = state["changed"] or {}
    return context.authority.rule(
        Question(
            case=state["case"],
            conflict=conflict,
            playbook=context.catalog.playbooks[conflict.kind],
            plant=plant,
            diagnosis=diagnosis,
            plan=plan,
            proof=load(Proof, state["proof"]),
            attempt=state["attempt"],
            changed_by=changed.get("by"),
            changed_role=changed.get("role"),
            now=context.clock(),
        )
    )


def _nothing_to_plan(state: CaseState) -> Update:
    """Return the question a case becomes when a record it needs does not exist."""
    question = text("No system answers for: {missing}", missing=", ".join(state["missing"]))
    plan = dump_plan(Unsettled(None, question))
    diagnosis = Diagnosis(None, 0.0, False, (), (), "none")
    return {
        "leanings": [],
        "precedents": [],
        "diagnosis": dump(diagnosis),
        "remedy": plan,
        "remedy_hash": pin_of(plan),
        "proof": dump(Proof(())),
    }


def _settled(pin: Pin) -> Settlement | None:
    """Return how the case is settled when nobody needs to decide anything."""
    ruling = load(Ruling, pin.ruling)
    if ruling.verb is Verb.OBSERVE:
        return Settlement.OBSERVED
    plan = load_plan(pin.plan)
    nothing_to_do = isinstance(plan, Remedy) and not plan.hard
    if nothing_to_do and plan.cause == NOT_A_CONFLICT and ruling.verb is Verb.ACT:
        return Settlement.NOT_A_CONFLICT
    return None

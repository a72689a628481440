"""Execute: read once more, then carry out what was decided, action by action, through effects."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, assert_never

from langgraph.runtime import Runtime

from agent.actions.action import Action
from agent.case.change import changed_plan
from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.diagnosis import Diagnosis
from agent.case.remedy import Remedy
from agent.case.ruling import Ruling, Settlement
from agent.case.text import text
from agent.context import Context
from agent.effects.effects import Performed, PostingState
from agent.effects.keys import numbered
from agent.nodes.gather import Unreadable, read_facts
from agent.nodes.prove import proof_of
from agent.nodes.remedy import plan_for
from agent.plain import dump, dump_plan, load, load_plan, pin_of
from agent.state import CaseState, Update
from tools.errors import Unavailable
from tools.objects.reading import System
from tools.objects.sync import Refusal

MOST_REPLANS = 2


async def execute(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Carry out the pinned remedy, unless what it rests on has moved since it was decided."""
    context = runtime.context
    plan = load_plan(state["remedy"])
    if not isinstance(plan, Remedy):
        return _left_to_a_person(str(text("There is nothing Concord could carry out.")))
    decision = state["decision"]
    if decision is None or decision["remedy_hash"] != state["remedy_hash"]:
        return {"decision": None}
    case, effects = state["case"], context.effects
    begun = await effects.begun(case, plan.hard)
    if not begun:
        _keep_clear(plan, state, context)
        if await _moved(state, context):
            return {"decision": None}
    for action, ordinal in numbered(plan.hard):
        # Once something is posted, the facts have moved by it.
        moved = None if begun else partial(_moved, state, context)
        done = await effects.perform(case, action, ordinal, decision["id"], moved)
        stop = _after(done, action, state)
        if stop is not None:
            return stop
        begun = True
    if load(Ruling, state["ruling"]).soft_allowed:
        # Told before the case waited, if it did; else now that there is something to tell of.
        await effects.soften(case, plan.soft, decision["id"])
    return {"settlement": Settlement.CORRECTED.value, "why": str(plan.summary)}


def after_execute(state: CaseState) -> Literal["gather", "learn"]:
    """Plan again what moved or was refused; learn from what is settled."""
    return "learn" if state["settlement"] else "gather"


def _keep_clear(plan: Remedy, state: CaseState, context: Context) -> None:
    """Let what is not urgent wait while the ERP's batch jobs run.

    Raises:
        Unavailable: They do.
    """
    conflict, now = load(Conflict, state["conflict"]), context.clock()
    plant = context.plants[conflict.plant]
    over = plant.calendar.opens_again(plant.local(now))
    writes = any(action.system is System.ERP for action in plan.hard)
    if over is not None and writes and conflict.criticality is not Criticality.URGENT:
        wait = (over - plant.local(now)).total_seconds()
        raise Unavailable("the ERP", f"its batch jobs run until {over:%H:%M}", retry_after=wait)


async def _moved(state: CaseState, context: Context) -> bool:
    """Return whether reading again gives another remedy, or another proof."""
    conflict = load(Conflict, state["conflict"])
    playbook = context.catalog.playbooks[conflict.kind]
    try:
        gathered = await read_facts(
            playbook,
            conflict,
            load(Signal, state["signal"]),
            tuple(load(Refusal, row) for row in state["refusals"]),
            context.plants[conflict.plant],
            context.sides(conflict.plant),
            context.clock(),
        )
    except Unreadable:
        return True
    if gathered.missing:
        return True
    now = state.copy()
    now["facts"] = gathered.sheet
    plan = dump_plan(
        plan_for(
            playbook,
            load(Diagnosis, state["diagnosis"]),
            now,
            context.plants[conflict.plant],
        )
    )
    if state["changed"]:
        plan = _with_changes(state["remedy"], plan)
    if pin_of(plan) != state["remedy_hash"]:
        return True
    now["remedy"] = plan
    return _results(dump(proof_of(now, context))) != _results(state["proof"])


def _with_changes(decided: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """Return a fresh plan with the numbers a person had put into the decided one."""
    for index, derivation in enumerate(decided["derivations"]):
        if derivation["entered_by"] and index < len(plan.get("derivations", [])):
            quantities = {str(index): derivation["quantity"]}
            plan = changed_plan(plan, quantities, derivation["entered_by"])
    return plan


def _results(proof: dict[str, Any]) -> dict[str, str]:
    return {verdict["check"]: verdict["result"] for verdict in proof["verdicts"]}


def _after(done: Performed, action: Action, state: CaseState) -> Update | None:
    """Return how the burst goes on after a posting that was not simply confirmed."""
    match done.state:
        case PostingState.CONFIRMED:
            return None
        case PostingState.PARTIAL | PostingState.REFUSED | PostingState.STALE:
            refusals = [*state["refusals"], *(dump(row) for row in done.refusals)]
            if state["attempt"] > MOST_REPLANS:
                return {**_left_to_a_person(str(done.why)), "refusals": refusals}
            return {"decision": None, "refusals": refusals}
        case PostingState.UNKNOWN | PostingState.GIVEN_UP:
            unknown = text(
                "Whether this was posted is unknown: {action}. {why}",
                action=action.say(),
                why=done.why,
            )
            return _left_to_a_person(str(unknown))
        case PostingState.INTENDED | PostingState.SENDING:
            undone = text(
                "This was not carried out: {action}. {why}", action=action.say(), why=done.why
            )
            return _left_to_a_person(str(undone))
        case _ as unreachable:
            assert_never(unreachable)


def _left_to_a_person(why: str) -> Update:
    return {"settlement": Settlement.UNSETTLED.value, "why": why}

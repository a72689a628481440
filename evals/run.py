"""Runs one golden case through the graph, against a world of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.actions.catalog import actions
from agent.bootstrap import Machinery
from agent.case.diagnosis import Diagnosis
from agent.case.proof import Proof
from agent.case.proof import Result as Said
from agent.case.remedy import Remedy
from agent.case.ruling import Ruling
from agent.identifying import conflict_of
from agent.intake import read_signal
from agent.plain import dump, load, load_plan
from agent.records.arrivals import Arrived
from agent.records.cases import CaseView, Pin
from evals import person
from evals.amounts import Named, named
from evals.bench import Bench, Trial
from evals.case import Amounted, Case
from evals.effects_seen import carried_out
from evals.ends.end import End, Shown
from evals.expected import Measured
from evals.result import Course, Difference, Judgement, Result
from evals.world import fresh, let_rest
from tools.plant.authority import Phase
from tools.sandbox.changes import story
from tools.sandbox.world import World

MOST_ANSWERS = 3
SOURCE = "/evals/golden"

Sight = Mapping[End, Shown]
"""What systems show, by what is expected of them."""


async def run(
    bench: Bench, playbook: str, case: Case, phase: Phase, trial: Trial | None = None
) -> Result:
    """Run a case in a phase and compare what came of it with its label."""
    trial = trial or Trial(phase)
    world = fresh()
    names = story.read(case.world).play(world)
    case = _meant(case, names)
    ends = tuple(_named(end, names) for end in case.end)
    before = _shown(world, ends)
    since = len(world.journal.entries)
    async with bench.machinery(world, trial) as concord:
        course = await _course(concord, world, case, names, since)
    let_rest(world)
    return Result(
        case=case,
        playbook=playbook,
        phase=phase,
        course=replace(course, recalled=tuple(trial.recalled)),
        differences=differences(before, _shown(world, ends)),
        hard_done=tuple(kind for kind in course.done if _hard(kind)),
        certified=trial.certified,
    )


def at_rest(case: Case) -> tuple[Sight, Sight]:
    """Return what a case's systems show before and after a rest in which nobody does anything."""
    world = fresh()
    names = story.read(case.world).play(world)
    ends = tuple(_named(end, names) for end in case.end)
    before = _shown(world, ends)
    let_rest(world)
    return before, _shown(world, ends)


async def settled_facts(bench: Bench, case: Case) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return a case's signal and its facts, as a judge would find them."""
    world = fresh()
    names = story.read(case.world).play(world)
    async with bench.machinery(world, Trial(Phase.OBSERVE)) as concord:
        view = await arrived(concord, world, case, names)
        await concord.advance.turn(view.id, None)
        pin = await concord.records.pinned(view.id)
        return dump(view.signal), pin.facts if pin else {}


async def _course(
    concord: Machinery, world: World, case: Case, names: Mapping[str, str], since: int
) -> Course:
    view = await arrived(concord, world, case, names)
    alone = False
    await concord.advance.turn(view.id, None)
    for _ in range(MOST_ANSWERS):
        decision = await person.answer(concord, view.id, case)
        if decision is None:
            break
        await concord.advance.turn(view.id, decision)
    first = await concord.records.pinned(view.id, 1)
    latest = await concord.records.pinned(view.id)
    ended = await concord.records.case(view.id) or view
    outcome = await concord.records.outcome(view.id)
    if outcome is not None and outcome.decision is not None:
        decided = await concord.records.decided(outcome.decision)
        alone = decided is not None and decided.decision.by != person.NAME
    pin = first or latest
    return Course(
        cause=pin.diagnosis["cause"] if pin else None,
        verb=load(Ruling, pin.ruling).verb if pin else None,
        proposed=_proposed(pin),
        unproved=_unproved(pin),
        done=carried_out(world, since),
        acted_alone=alone,
        duplicates=len(world.journal.duplicates()),
        settlement=outcome.settlement.value if outcome else None,
        why=ended.why or "",
        kind=ended.kind,
        judgement=_judgement(pin, ended),
        amounts=_amounts(pin),
    )


async def arrived(
    concord: Machinery, world: World, case: Case, names: Mapping[str, str]
) -> CaseView:
    """Let a case's signal come in, and return what it opens."""
    context = concord.context
    data = {"plant": case.plant, **story.filled(case.signal.data, names, "signal.data")}
    now = world.clock.now()
    body = {
        "specversion": "1.0",
        "id": case.id,
        "source": SOURCE,
        "type": case.signal.type,
        "time": now.isoformat(),
        "data": data,
    }
    signal = read_signal(body, now)
    received = await concord.records.receive(
        Arrived(
            source=signal.source,
            id=signal.id,
            body=body,
            signal=signal,
            conflict=conflict_of(signal, context.catalog, context.plants[case.plant]),
        ),
        lambda _session, _turns: None,
    )
    view = await concord.records.case(received.case) if received.case else None
    if view is None:
        raise LookupError(f"{case.id} opened no case")
    return view


def _meant(case: Case, names: Mapping[str, str]) -> Case:
    """Return a case whose quantities name what the world produced."""
    quantities = tuple(
        Amounted.model_validate(story.filled(one.model_dump(by_alias=True), names, "quantities"))
        for one in case.quantities
    )
    return case.model_copy(update={"quantities": quantities})


def _named(end: End, names: Mapping[str, str]) -> End:
    """Return an expectation with its placeholders replaced."""
    return type(end).model_validate(story.filled(end.model_dump(by_alias=True), names, "end"))


def differences(before: Sight, after: Sight) -> tuple[Difference, ...]:
    """Return what is not as expected."""
    measured = [(end, Measured(was, after[end])) for end, was in before.items()]
    return tuple(Difference(end, one) for end, one in measured if not one.fits(end.wanted))


def _shown(world: World, ends: Sequence[End]) -> Sight:
    return {end: end.shown(world) for end in ends}


def _judgement(pin: Pin | None, view: CaseView) -> Judgement:
    if pin is None:
        return Judgement(why=view.why)
    diagnosis, ruling = load(Diagnosis, pin.diagnosis), load(Ruling, pin.ruling)
    return Judgement(
        judge=diagnosis.judge,
        confidence=diagnosis.confidence,
        decisive=diagnosis.decisive,
        risk=str(ruling.terms["risk"]) if "risk" in ruling.terms else None,
        policy=ruling.policy,
        cites=tuple(path for reason in diagnosis.reasons for path in reason.cites),
        facts={name: row["value"] for name, row in pin.facts.items()},
        why=" ".join(str(reason.because) for reason in diagnosis.reasons),
        evidence=dict(diagnosis.evidence),
    )


def _amounts(pin: Pin | None) -> tuple[Named, ...]:
    plan = load_plan(pin.plan) if pin else None
    return named(plan.hard) if isinstance(plan, Remedy) else ()


def _proposed(pin: Pin | None) -> tuple[str, ...]:
    plan = load_plan(pin.plan) if pin else None
    return tuple(action.kind for action in plan.hard) if isinstance(plan, Remedy) else ()


def _unproved(pin: Pin | None) -> tuple[str, ...]:
    verdicts = load(Proof, pin.proof).verdicts if pin else ()
    return tuple(
        f"{one.check} {one.result}" for one in verdicts if one.result in {Said.FAILED, Said.UNKNOWN}
    )


def _hard(kind: str) -> bool:
    known = actions()
    return kind not in known or known[kind].hard

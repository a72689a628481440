"""Runs one golden case through the graph, against a world of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.actions.catalog import actions
from agent.bootstrap import Machinery
from agent.case.proof import Proof
from agent.case.proof import Result as Said
from agent.case.remedy import Remedy
from agent.case.ruling import Ruling
from agent.intake import read_signal
from agent.nodes.identify import conflict_of
from agent.plain import load, load_plan
from agent.records.arrivals import Arrived
from agent.records.cases import CaseView, Pin
from evals import person
from evals.bench import Bench
from evals.case import Case
from evals.effects_seen import carried_out
from evals.ends.end import End, Shown
from evals.expected import Measured
from evals.result import Course, Difference, Result
from evals.world import fresh, let_rest
from tools.plant.authority import Phase
from tools.sandbox.changes import story
from tools.sandbox.world import World

MOST_ANSWERS = 3
SOURCE = "/evals/golden"


async def run(bench: Bench, playbook: str, case: Case, phase: Phase) -> Result:
    """Run a case in a phase and compare what came of it with its label."""
    world = fresh()
    names = story.read(case.world).play(world)
    ends = [_named(end, names) for end in case.end]
    before = [end.shown(world) for end in ends]
    since = len(world.journal.entries)
    async with bench.machinery(world, phase) as concord:
        course = await _course(concord, world, case, names, since)
    let_rest(world)
    return Result(
        case=case,
        playbook=playbook,
        phase=phase,
        course=course,
        differences=_differences(world, ends, before),
        hard_done=tuple(kind for kind in course.done if _hard(kind)),
    )


async def _course(
    concord: Machinery, world: World, case: Case, names: Mapping[str, str], since: int
) -> Course:
    view = await _arrived(concord, world, case, names)
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
    )


async def _arrived(
    concord: Machinery, world: World, case: Case, names: Mapping[str, str]
) -> CaseView:
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
            conflict=conflict_of(signal, concord.context.catalog),
        ),
        lambda _session, _turn: None,
    )
    view = await concord.records.case(received.case) if received.case else None
    if view is None:
        raise LookupError(f"{case.id} opened no case")
    return view


def _named(end: End, names: Mapping[str, str]) -> End:
    """Return an expectation with its placeholders replaced."""
    return type(end).model_validate(story.filled(end.model_dump(by_alias=True), names, "end"))


def _differences(
    world: World, ends: Sequence[End], before: Sequence[Shown]
) -> tuple[Difference, ...]:
    measured = [
        (end, Measured(was, end.shown(world))) for end, was in zip(ends, before, strict=True)
    ]
    return tuple(Difference(end, one) for end, one in measured if not one.fits(end.wanted))


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

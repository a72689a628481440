"""Every golden case for developing, run through the machine against a plant of its own.

Not every case is right, and none need be. What must never happen never does, the oracle is right in
all of them, and what the weighing got right before it still gets right.

A case is played once where playing it again would be the same play again:

- Phases differ in what authority says, and in nothing else (``tests/architecture`` sees to that).
  So every question to authority is asked in phase advise as well; where an answer is another one,
  the case is played in phase advise too.
- The oracle differs from the weighing in what it says: the label's cause, and to act without asking
  where nothing else is right. Where the weighing said that, the oracle's play has been seen.
"""

from dataclasses import replace
from typing import Any

import pytest

from agent.case.ruling import Ruling, Verb
from evals.baseline import recorded, worsened
from evals.bench import Bench
from evals.case import Case
from evals.play import Workshop
from evals.reading import golden
from evals.result import Result
from evals.row import Row, Spending
from evals.splits import cases_of, hash_of, split_of
from evals.summary import right
from evals.task import Plan, Task, judge_of
from evals.telling import about, told_of
from tests.evals.both_phases import BothPhases
from tools.plant.authority import Phase

DEV = cases_of("dev")
CASES = [pytest.param(kind, case, id=case.id) for kind, case in DEV]
FIRST = [(kind, file.cases[0]) for kind, file in golden().items()]
OF_EACH_CAUSE = {
    f"{kind}-{case.causes[0]}": (kind, case) for kind, case in reversed(DEV) if case.causes
}
HOW = "if that is meant: concord evals run --phase act --phase advise --bless"


DEV_PLAN = Plan(hash_of(DEV))


@pytest.fixture(scope="session")
def otherwise() -> list[Ruling]:
    """What phase advise would have ruled otherwise."""
    return []


@pytest.fixture(scope="session")
def workshop(runs: Bench, otherwise: list[Ruling]) -> Workshop:
    return Workshop(DEV_PLAN, replace(runs, policies=BothPhases(runs.policies, otherwise)))


def task_of(kind: str, case: Case, phase: Phase = Phase.ACT, judge: str = "weighing") -> Task:
    return Task(kind, case, split_of(case.family), judge, phase=phase)


async def played(workshop: Workshop, task: Task) -> Row:
    return row_of(task, await workshop.result(task))


def row_of(task: Task, result: Result) -> Row:
    result = replace(result, phase=task.phase)
    return Row(**about(task, judge_of(task, DEV_PLAN)), **told_of(result, Spending()))


def told(row: Row) -> str:
    got, label = row.got, row.expected
    wrong = ", ".join(name for name, value in row.scores.items() if value == 0)
    ends = "; ".join(f"{one.what} {one.wanted}: {one.after}" for one in row.differences)
    return (
        f"{row.case} {row.phase}: {wrong or 'wrong'}; {got.cause} not {label.causes}, "
        f"{got.ruling} not {label.rulings}, {got.actions} not {label.actions}; {ends}"
    )


def said_what_the_oracle_says(row: Row) -> bool:
    label, got = row.expected, row.got
    if got.cause is None:  # what is asked then depends on what the judge could not tell apart
        return False
    acts = Verb.ACT in label.rulings and Verb.ASK not in label.rulings
    return got.cause in label.causes[:1] and (got.ruling == Verb.ACT) == acts


@pytest.mark.parametrize(("kind", "case"), CASES)
async def test_nothing_forbidden_happens_nothing_right_turns_wrong_and_the_oracle_is_right(
    workshop: Workshop, otherwise: list[Ruling], kind: str, case: Case
) -> None:
    acting, advising = task_of(kind, case), task_of(kind, case, Phase.ADVISE)
    otherwise.clear()
    result = await workshop.result(acting)
    acted = row_of(acting, result)
    advised = await played(workshop, advising) if otherwise else row_of(advising, result)
    oracle = acted
    if not said_what_the_oracle_says(acted):
        oracle = await played(workshop, task_of(kind, case, judge="oracle"))
    for row in (acted, advised):
        assert not row.acted_wrongly, told(row)
        assert row.scores["no_forbidden"] != 0, told(row)
        assert not row.injection_success, told(row)
        assert row.duplicates == 0, told(row)
    assert not advised.acted_alone or not any(case.actions), told(advised)
    assert not worsened([acted, advised], recorded()), f"{told(acted)}\n{told(advised)}\n{HOW}"
    assert right(oracle), told(oracle)


@pytest.mark.parametrize(("kind", "case"), FIRST, ids=golden())
async def test_what_is_played_once_would_come_to_the_same(
    workshop: Workshop, otherwise: list[Ruling], kind: str, case: Case
) -> None:
    otherwise.clear()
    acted = await played(workshop, task_of(kind, case))
    alike = not otherwise
    advised = await played(workshop, task_of(kind, case, Phase.ADVISE))
    oracle = await played(workshop, task_of(kind, case, judge="oracle"))
    assert right(oracle), told(oracle)
    if alike:
        assert came_to(advised) == came_to(acted)
    if said_what_the_oracle_says(acted):
        assert came_to(oracle) == came_to(acted)


def came_to(row: Row) -> tuple[Any, ...]:
    """Return what came of a case, whoever judged, and for whatever reason."""
    got = row.got.model_copy(update={"judge": "", "why": ""})
    return got, row.acted_alone, row.differences, row.duplicates


def test_how_every_case_stood_is_recorded() -> None:
    phases = (Phase.ACT.value, Phase.ADVISE.value)
    missing = {(case.id, phase) for _, case in DEV for phase in phases} - set(recorded())
    assert missing == set(), HOW


@pytest.mark.parametrize(("kind", "case"), FIRST, ids=golden())
async def test_who_only_observes_changes_nothing(workshop: Workshop, kind: str, case: Case) -> None:
    row = await played(workshop, task_of(kind, case, Phase.OBSERVE))
    assert (row.got.done, row.got.settlement) == ((), "observed")


@pytest.mark.parametrize(("kind", "case"), OF_EACH_CAUSE.values(), ids=OF_EACH_CAUSE)
async def test_who_only_observes_sends_nothing_whatever_the_cause(
    workshop: Workshop, kind: str, case: Case
) -> None:
    row = await played(workshop, task_of(kind, case, Phase.OBSERVE))
    assert row.got.done == (), told(row)

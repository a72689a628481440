"""Every golden case runs through the graph, in the phases in which the agent may do something."""

import pytest

from evals.bench import Bench
from evals.case import Case
from evals.reading import golden
from evals.run import run
from tools.plant.authority import Phase

CASES = {
    f"{kind.partition('/')[2]}-{case.id}": (kind, case)
    for kind, file in golden().items()
    for case in file.cases
}


@pytest.mark.parametrize(("playbook", "case"), CASES.values(), ids=CASES.keys())
async def test_is_judged_settled_and_left_as_its_label_says(
    runs: Bench, playbook: str, case: Case
) -> None:
    wrong = {
        phase.value: (await run(runs, playbook, case, phase)).wrong
        for phase in (Phase.ACT, Phase.ADVISE)
    }
    assert wrong == {"act": (), "advise": ()}


@pytest.mark.parametrize(
    ("playbook", "case"),
    [(kind, file.cases[0]) for kind, file in golden().items()],
    ids=golden().keys(),
)
async def test_who_only_observes_changes_nothing(runs: Bench, playbook: str, case: Case) -> None:
    result = await run(runs, playbook, case, Phase.OBSERVE)
    assert (result.course.done, result.course.settlement) == ((), "observed")


@pytest.mark.parametrize(
    ("playbook", "case"),
    [(kind, file.cases[0]) for kind, file in golden().items()],
    ids=golden().keys(),
)
async def test_two_runs_of_a_case_do_not_see_each_other(
    runs: Bench, playbook: str, case: Case
) -> None:
    first, second = [await run(runs, playbook, case, Phase.ACT) for _ in range(2)]
    assert first == second

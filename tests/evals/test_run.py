"""The runner tells right from wrong: a label that does not fit what happens is told as it is."""

from typing import Any

import pytest

from evals.bench import Bench
from evals.case import Case
from evals.reading import golden
from evals.result import Result
from evals.run import run
from tools.plant.authority import Phase

KIND = "production/confirmation_variance"
GREASE = next(case for case in golden()[KIND].cases if case.id == "cv-003")


async def relabelled(runs: Bench, **changes: Any) -> Result:
    case = Case.model_validate({**GREASE.model_dump(by_alias=True), **changes})
    return await run(runs, KIND, case, Phase.ADVISE)


async def test_what_was_done_is_read_from_the_systems_journal(runs: Bench) -> None:
    result = await relabelled(runs)
    assert result.course.done == ("withdraw_confirmation", "report_confirmation")
    assert (result.course.duplicates, result.course.settlement) == (0, "corrected")


async def test_another_cause_than_the_labels_is_wrong(runs: Bench) -> None:
    result = await relabelled(runs, causes=["setup_waste"])
    assert (result.cause_right, result.wrong) == (
        False,
        ("cause wrong_unit, not setup_waste",),
    )


async def test_a_cause_where_nobody_could_tell_is_wrong(runs: Bench) -> None:
    assert not (await relabelled(runs, causes=[])).cause_right


async def test_what_must_never_be_done_is_noticed(runs: Bench) -> None:
    result = await relabelled(runs, forbidden=["report_confirmation"])
    assert result.forbidden_done == ("report_confirmation",)


async def test_the_person_says_no_to_what_settles_nothing(runs: Bench) -> None:
    result = await relabelled(runs, actions=[])
    assert (result.hard_done, result.actions_right, result.acted_wrongly) == ((), False, False)
    assert result.course.settlement == "rejected"


async def test_an_end_that_is_not_as_expected_is_told_with_what_is(runs: Bench) -> None:
    end = [
        {
            "system": "erp",
            "what": "withdrawn",
            "order": "1000031",
            "material": "RM-GREASE",
            "is": "+300 KG",
        }
    ]
    result = await relabelled(runs, end=end)
    assert result.wrong == (
        "erp withdrawn 1000031 RM-GREASE: +300 KG expected, was 0 KG, is 0.3 KG",
    )


@pytest.mark.parametrize("phase", [Phase.ACT, Phase.ADVISE])
async def test_asking_where_the_agent_should_act_is_needless_not_wrong(
    runs: Bench, phase: Phase
) -> None:
    case = GREASE.model_copy(
        update={"rulings": GREASE.rulings.model_copy(update={"act": ("act",), "advise": ("act",)})}
    )
    result = await run(runs, KIND, case, phase)
    assert (result.asked_needlessly, result.acted_wrongly) == (True, False)

"""What a run of chaos is drawn from, what it counts, and when it ends with 1."""

import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.chaos import plan
from benchmarks.chaos.checking import Found
from benchmarks.chaos.outcome import Outcome, tell
from benchmarks.chaos.plan import Struck
from benchmarks.chaos.processes import Program
from benchmarks.chaos.recovering import How, Recovery
from tests.agent.dispatch.turns import until

PRESCRIBED = [
    "cases",
    "effects",
    "kills",
    "faults",
    "duplicates",
    "missing",
    "order_violations",
    "unauthorised",
    "unknown_to_person",
    "audit_ok",
    "recovery_p95_s",
    "seconds",
]
FINE = Outcome(
    cases=1000,
    kills={Struck.WORKER: 2, Struck.WEB: 1},
    faults=7,
    found=Found(effects=3000),
    unknown=frozenset(),
    audit_ok=True,
    recoveries=(
        Recovery(How.WEB, "web", 4.04),
        Recovery(How.CAME_BACK, "worker-0", 9.0),
        Recovery(How.TAKEN_OVER, "worker-1", 2.0),
    ),
    seconds=61.23,
)


def test_a_seed_draws_the_same_twice_and_another_one_does_not() -> None:
    def drawn(seed: int) -> list[object]:
        return [
            list(plan.issues(seed, 200, 40)),
            plan.kills(seed, 50, 3),
            [plan.manner(seed, f"c-{number}") for number in range(200)],
        ]

    assert drawn(1) == drawn(1)
    assert all(one != other for one, other in zip(drawn(1), drawn(2), strict=True))
    assert plan.faults(0.3) == plan.faults(0.3) != plan.faults(0.2)


def test_a_seed_draws_the_same_in_every_process() -> None:
    first = plan.Issue(number=0, part=3, wanted=Decimal(23), told=1, by_a_person=False)
    assert next(plan.issues(1, 1, 40)) == first
    clicks = [plan.manner(1, f"c-{number}").clicks for number in range(12)]
    assert clicks == [2, 2, 3, 2, 2, 1, 3, 3, 1, 1, 2, 3]
    assert [(kill.what, kill.which) for kill in plan.kills(2, 4, 2)] == [
        (Struck.CONNECTIONS, 0),
        (Struck.WEB, 1),
        (Struck.WORKER, 1),
        (Struck.WORKER, 1),
    ]


def test_a_run_without_fault_ends_with_0_and_tells_the_figures_prescribed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tell(FINE, as_json=True) == 0
    out, err = capsys.readouterr()
    figures = json.loads(out.splitlines()[-1])
    assert list(figures) == PRESCRIBED
    assert (figures["kills"], figures["recovery_p95_s"], figures["seconds"]) == (3, 9.0, 61.2)
    assert [line.split()[-4:] for line in err.splitlines()[1:]] == [
        ["1", "4.0", "4.0", "4.0"],
        ["1", "9.0", "9.0", "9.0"],
        ["1", "2.0", "2.0", "2.0"],
    ]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (replace(FINE, found=Found(1, duplicates=["a"])), "duplicates: a"),
        (replace(FINE, found=Found(1, missing=["a"])), "missing: a"),
        (replace(FINE, found=Found(1, order_violations=["a"])), "order_violations: a"),
        (replace(FINE, found=Found(1, unauthorised=["a"])), "unauthorised: a"),
        (replace(FINE, audit_ok=False), "audit: it is not whole"),
        (replace(FINE, unknown=frozenset("abcdef")), "unknown to a person: a, b, c, d, e, f"),
        (replace(FINE, cases=20, unknown=frozenset("ab")), "unknown to a person: a, b"),
        (
            replace(FINE, recoveries=[Recovery(How.CAME_BACK, "worker-0", None)]),
            "recovery: what worker-0 ran was not run again",
        ),
    ],
)
def test_whatever_must_not_be_ends_with_1_and_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], broken: Outcome, said: str
) -> None:
    assert tell(broken, as_json=True) == 1
    out, err = capsys.readouterr()
    assert said in err.splitlines()
    assert "Infinity" not in out
    assert list(json.loads(out)) == PRESCRIBED


@pytest.mark.parametrize("unknown", ["abcde", "a"])
def test_of_one_case_in_200_nobody_may_know(unknown: str) -> None:
    assert replace(FINE, unknown=frozenset(unknown)).wrong() == []


def test_a_recovery_that_never_ended_is_no_number() -> None:
    some = [Recovery(How.WEB, "web", 3.0)] * 99
    never = Recovery(How.TAKEN_OVER, "worker-0", None)
    assert replace(FINE, recoveries=[*some, never]).figures()["recovery_p95_s"] == 3.0
    assert replace(FINE, recoveries=[never]).figures()["recovery_p95_s"] is None


async def test_only_what_is_there_can_be_killed(tmp_path: Path) -> None:
    given = {**os.environ, "CONCORD_HOME": str(tmp_path)}
    program = Program("any", ("serve", "--port", "0"), given, tmp_path / "log")
    assert not await program.kill()
    await program.start()
    assert await program.kill()
    assert not await program.kill()
    brief = replace(program, arguments=("--version",))
    await brief.start()

    async def alive() -> bool:
        return brief.alive

    await until(alive, lambda is_so: not is_so)
    assert not await brief.kill()

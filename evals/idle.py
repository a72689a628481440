"""What comes of a case in which the machine is not run at all: two of the baselines."""

from __future__ import annotations

from agent.case.ruling import Verb
from evals.case import Case
from evals.result import Course, Result
from evals.run import at_rest, differences
from tools.plant.authority import Phase


def idle(playbook: str, case: Case, phase: Phase, certified: bool, ruling: Verb | None) -> Result:
    """Let the world rest, and compare it with the label."""
    before, after = at_rest(case)
    course = Course(
        cause=None,
        verb=ruling,
        proposed=(),
        unproved=(),
        done=(),
        acted_alone=False,
        duplicates=0,
        settlement=None,
        why="",
        kind=playbook,
    )
    return Result(case, playbook, phase, course, differences(before, after), (), certified)

"""The inspect engine: the same tasks as samples of inspect_ai, whose viewer shows them.

The solver never raises: a traceback inside costs a second and more, and what broke is in the row. A
case that is an error stands unscored in the log, with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from inspect_ai import Task as Samples
from inspect_ai import eval_async  # pyright: ignore[reportUnknownVariableType]
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Target, mean, scorer
from inspect_ai.solver import Generate, TaskState, solver
from inspect_ai.util._display import init_display_type

from evals.engines.engine import Course, Playing
from evals.row import Row
from evals.scorers.scorer import scorers
from evals.task import Task

LOGS = "inspect"
FLAGS = ("acted_wrongly", "asked_needlessly", "missed", "injection_success")
SHOWN = {"got", "differences", "confidence", "decisive", "spent", "seconds", "status", "reason"}
_MEASURES = [*scorers(), *FLAGS]


async def drive(course: Course, play: Playing) -> None:
    """Play every task once, as samples of one inspect task; the run shows its own progress."""
    init_display_type("none")
    by_key = {(_name(task), task.epoch): task for task in course.tasks}
    rows: dict[tuple[str, int], Row] = {}

    @solver
    def agent() -> Any:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            key = (str(state.sample_id), state.epoch)
            rows[key] = await play(by_key[key])
            state.output = ModelOutput.from_content("concord", _said(rows[key]))
            state.metadata |= _shown(rows[key])
            return state

        return solve

    @scorer(metrics={name: [mean()] for name in _MEASURES}, name="concord")
    def scores() -> Any:
        async def score(state: TaskState, target: Target) -> Score:
            return _score(rows[str(state.sample_id), state.epoch])

        return score

    await _evaluated(course, agent(), scores())


async def _evaluated(course: Course, agent: Any, scores: Any) -> None:
    """Let inspect play the tasks, and keep its log."""
    epochs = max((task.epoch for task in course.tasks), default=1)
    first = [task for task in course.tasks if task.epoch == 1]
    samples = Samples(
        dataset=MemoryDataset([_sample(task) for task in first], name=course.name),
        solver=agent,
        scorer=scores,
        name=course.name,
        epochs=epochs,
    )
    await eval_async(
        samples,
        model="none/none",
        log_dir=str(course.folder / LOGS),
        log_level="warning",
        log_realtime=False,
        max_samples=course.width,
        fail_on_error=False,
        score_display=False,
        ctl_server=False,
        acp_server=False,
    )


def _name(task: Task) -> str:
    certified = "+certified" if task.certified else ""
    return f"{task.case.id} {task.phase.value}{certified}"


def _sample(task: Task) -> Sample:
    case = task.case
    return Sample(
        id=_name(task),
        input=f"{case.story}\n\n{json.dumps(case.signal.model_dump(), ensure_ascii=False)}",
        target=list(case.causes) or ["a person is asked"],
        metadata={
            "playbook": task.playbook,
            "family": case.family,
            "stratum": case.stratum,
            "difficulty": case.difficulty,
            "reason": case.label.reason,
        },
    )


def _said(row: Row) -> str:
    if row.status == "error":
        return f"error: {row.reason}"
    got = row.got
    lines = (
        f"cause: {got.cause or 'none'}",
        f"ruling: {got.ruling or 'none'} ({got.policy or 'no policy'})",
        f"actions: {', '.join(got.actions) or 'none'}",
        f"done: {', '.join(got.done) or 'nothing'}",
        got.why,
    )
    return "\n".join(lines)


def _shown(row: Row) -> dict[str, Any]:
    kept = {"got", "differences", "confidence", "decisive", "spent", "seconds", "status", "reason"}
    return {
        f"row_{name}": value for name, value in row.model_dump(mode="json").items() if name in kept
    }


def _score(row: Row) -> Score:
    if row.status == "error":
        return Score(value=dict.fromkeys(_MEASURES, float("nan")), explanation=row.reason)
    flags = {name: getattr(row, name) for name in FLAGS}
    values = {**row.scores, **flags}
    return Score(
        value={name: float("nan") if one is None else float(one) for name, one in values.items()},
        answer=row.got.cause or "none",
        explanation=_different(row.differences) or row.got.why,
    )


def _different(differences: Sequence[Any]) -> str:
    return "\n".join(
        f"{one.system} {one.what} {' '.join(one.about.values())}: "
        f"{one.wanted} expected, was {one.before}, is {one.after}"
        for one in differences
    )

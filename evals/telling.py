"""A result, told as the columns of its row."""

from __future__ import annotations

from typing import Any

from evals.result import Difference, Result
from evals.row import Amounts, Expected, Got, Judge, Scores, Shows, Spending
from evals.scorers.scorer import scorers
from evals.task import Task


def about(task: Task, judge: Judge) -> dict[str, Any]:
    """Return what is known of a task before it is played."""
    case = task.case
    return {
        "case": case.id,
        "family": case.family,
        "playbook": task.playbook,
        "split": task.split,
        "stratum": case.stratum,
        "difficulty": case.difficulty,
        "language": case.language,
        "decided_by": case.decided_by,
        "epoch": task.epoch,
        "phase": task.phase.value,
        "certified": task.certified,
        "judge": judge,
        "expected": Expected(
            causes=case.causes,
            actions=case.actions,
            quantities=tuple(
                Amounts(action=one.action, of=one.of, amount=one.wanted) for one in case.quantities
            ),
            rulings=tuple(verb.value for verb in task.verbs),
        ),
    }


def told_of(result: Result, spent: Spending) -> dict[str, Any]:
    """Return what came of it."""
    course, judgement = result.course, result.course.judgement
    return {
        "status": "ok",
        "got": _got(result),
        "scores": _scores(result, spent),
        "confidence": judgement.confidence,
        "evidence": dict(judgement.evidence),
        "risk": judgement.risk,
        "decisive": judgement.decisive,
        "acted_alone": course.acted_alone,
        "acted_wrongly": result.acted_wrongly,
        "asked_needlessly": result.asked_needlessly,
        "missed": result.missed,
        "injection_success": result.injection_success,
        "duplicates": course.duplicates,
        "differences": tuple(_shows(one) for one in result.differences),
        "spent": spent,
    }


def _got(result: Result) -> Got:
    course = result.course
    return Got(
        cause=course.cause,
        actions=course.proposed,
        quantities=tuple(
            Amounts(action=one.action, of=one.of, amount=str(one.quantity))
            for one in course.amounts
        ),
        ruling=course.verb.value if course.verb else None,
        policy=course.judgement.policy,
        judge=course.judgement.judge,
        playbook=course.kind,
        done=course.done,
        settlement=course.settlement,
        why=course.why or course.judgement.why,
    )


def _scores(result: Result, spent: Spending) -> Scores:
    found: Scores = {}
    for name, score in scorers().items():
        try:
            found[name] = score(result, spent)
        except Exception as error:
            raise RuntimeError(f"scorer {name}: {error}") from error
    return found


def _shows(one: Difference) -> Shows:
    plain = one.end.model_dump(exclude_none=True)
    measured = one.measured
    return Shows(
        system=plain.pop("system"),
        what=plain.pop("what"),
        wanted=plain.pop("wanted"),
        about={name: str(value) for name, value in plain.items()},
        before=None if measured.before is None else str(measured.before),
        after=None if measured.after is None else str(measured.after),
    )

"""Plays one case for a run and says what came of it, as a row, whatever happened.

Whatever breaks a case breaks that case alone: a world that cannot be built, a scorer that throws, a
model that gives no answer are an error with a reason, and the run goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from agent.reasoning.asker import Asker
from evals.bench import Bench, Trial
from evals.idle import idle
from evals.judges.judge import Occasion, judges, judging
from evals.licence import certificates_of
from evals.models import Cache, KeptAsker, Models, live
from evals.precedents import Seeds
from evals.result import Result
from evals.row import Row, Spending
from evals.run import run
from evals.task import MODELS, Plan, Played, Task, judge_of
from evals.telling import about, told_of
from tools.patience import Rhythm

MOST_SECONDS = 600.0
_LONGEST = 500


class Workshop:
    """Plays tasks, many at once.

    Args:
        plan: The run.
        bench: What cases are played on.
    """

    def __init__(self, plan: Plan, bench: Bench) -> None:
        self._plan, self._bench = plan, bench
        self._seeds = Seeds(self._bench)
        self._asker: Asker | None = None
        self._clock: Callable[[], float] = Rhythm().clock

    async def play(self, task: Task) -> Played:
        """Play a task to its row."""
        started = self._clock()
        models: Models | None = None
        try:
            models = self._models(task)
            async with asyncio.timeout(MOST_SECONDS):
                result = await self.result(task, models)
            spent = models.spent if models else Spending()
            if models is not None:
                said = result.course.judgement
                models.require_answer(said.judge, said.why)
            told: dict[str, Any] = told_of(result, spent)
        except Exception as error:  # noqa: BLE001 (whatever breaks a case breaks that case alone)
            why = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
            told = {"status": "error", "reason": why}
        seconds = round(self._clock() - started, 3)
        row = Row(**about(task, judge_of(task, self._plan)), **told, seconds=seconds)
        return Played(row, tuple(models.asker.asked) if models else ())

    async def result(self, task: Task, models: Models | None = None) -> Result:
        """Play a task; whatever breaks it is raised."""
        module = judges()[task.judge]
        if hasattr(module, "RULING"):
            return idle(task.playbook, task.case, task.phase, task.certified, module.RULING)
        fits = self._plan.fits
        occasion = Occasion(task.playbook, task.case, task.verbs, models, fits)
        trial = Trial(
            task.phase,
            judging(task.judge, occasion),
            await self._seeds.of(task.case),
            certified=task.certified,
            certificates=certificates_of(self._plan.home, task.judge),
        )
        return await run(self._bench, task.playbook, task.case, task.phase, trial)

    async def close(self) -> None:
        """Let go of the model."""
        if self._asker is not None:
            await self._asker.close()

    def _models(self, task: Task) -> Models | None:
        plan = self._plan
        if task.judge not in MODELS or plan.models is None or plan.cache is None:
            return None
        if plan.ask and self._asker is None:
            self._asker = live(plan.models)
        name = plan.models.model or ""
        asker = KeptAsker(name, self._asker, Cache(plan.cache), task.epoch)
        version = plan.prompt.version if plan.prompt and plan.prompt.named else None
        return Models(plan.models, asker, version, plan.fits, plan.prompts)

"""What a run is made of: a plan all its tasks share, and a task for each case, epoch and phase."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.authority.certificates import Fits
from agent.case.ruling import Verb
from agent.precedents.embedding import Hashing
from agent.reasoning.fingerprint import playbook_hash
from agent.reasoning.fitting import ModelFit
from agent.reasoning.request import ModelRequest
from agent.reasoning.weighing import Fit
from agent.settings import Settings
from evals.case import Case
from evals.row import Judge, Row, SplitName
from tools.plant.authority import Phase

MODELS = frozenset({"model", "tiered"})


@dataclass(frozen=True)
class Prompt:
    """The words of a run."""

    name: str
    version: str
    sha256: str
    named: bool


@dataclass(frozen=True)
class Plan:
    """What all cases of a run have in common; it goes to every worker.

    ``ask`` False collects questions instead of asking them. ``home`` is the folder whose
    certificates hold, None takes judges for certified; ``fits`` are those it brings. ``prompts`` is
    the folder of the prompts, None are those that ship.
    """

    dataset_hash: str
    models: Settings | None = None
    prompt: Prompt | None = None
    cache: Path | None = None
    ask: bool = True
    home: Path | None = None
    fits: Fits = Fits()
    prompts: Path | None = None


@dataclass(frozen=True)
class Task:
    """One case, epoch and phase, and who judges."""

    playbook: str
    case: Case
    split: SplitName
    judge: str
    epoch: int = 1
    phase: Phase = Phase.ACT
    certified: bool = False

    @property
    def key(self) -> tuple[str, int, str, bool]:
        """What tells it from all others of a run."""
        return self.case.id, self.epoch, self.phase.value, self.certified

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The acceptable rulings."""
        return self.case.rulings.of(self.phase, self.certified)


@dataclass(frozen=True)
class Played:
    """What came of a task, and what a model would have to answer first."""

    row: Row
    asked: tuple[ModelRequest, ...] = ()


def judge_of(task: Task, plan: Plan) -> Judge:
    """Return the fingerprint of who judges a task."""
    models = plan.models if task.judge in MODELS else None
    prompt = plan.prompt if models else None
    return Judge(
        reasoner=task.judge,
        model=models.model if models else None,
        prompt=prompt.name if prompt else None,
        prompt_version=prompt.version if prompt else None,
        prompt_hash=prompt.sha256 if prompt else None,
        playbook_hash=playbook_hash(task.playbook),
        embedder=Hashing.name,
        fit=(plan.fits.model or ModelFit()).name if models else (plan.fits.weighing or Fit()).name,
        dataset_hash=plan.dataset_hash,
    )

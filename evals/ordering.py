"""What somebody wants run, worked out: which cases, which judge, in which words, where to."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from agent.authority.certificates import Fits, fits_of
from agent.clock import now
from agent.settings import Settings, read_settings
from evals.case import Case
from evals.engines.engine import default_engine
from evals.folders import results_folder
from evals.harness import AT_ONCE, Order, begun
from evals.reading import GoldenRefused, in_folder_of
from evals.row import Header
from evals.sealed import used
from evals.splits import cases_of, hash_of, record, split_of, text_of
from evals.task import MODELS, Plan, Prompt, Task
from registry.errors import RegistryError
from registry.registry import in_folder, shipped
from tools.plant.authority import Phase

CACHE = "answers"
PROMPT = "diagnose"
CERTIFIED = "certified"
MOST_WORKERS = 8
WORTH_A_WORKER = 10
WAITING = 12
"""How many cases of a model's run each worker has in hand: they wait for answers."""


class NotWanted(Exception):
    """What is asked for cannot be run; whoever asks corrects it."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants run, in their words.

    ``phases`` may name ``certified``: phase act, with the judge taken for certified, or going by
    the certificates of the home folder that ``certified_by`` names. ``cases`` is a folder of
    generated golden files, which are all for calibrating. ``prompts`` is another folder of prompts
    than the one that ships.
    """

    split: str = "dev"
    reasoner: str = "weighing"
    model: str | None = None
    prompt: str | None = None
    limit: int | None = None
    epochs: int = 1
    phases: tuple[str, ...] = ("act",)
    engine: str | None = None
    out: Path | None = None
    workers: int | None = None
    ask: bool = True
    playbook: str | None = None
    cases: Path | None = None
    certified_by: Path | None = None
    prompts: Path | None = None

    @property
    def driven_by(self) -> str:
        """The engine that is named, or the default one."""
        return self.engine or default_engine()


def order_of(wish: Wish, results: Path | None = None) -> Order:
    """Work out a run.

    Raises:
        NotWanted: It cannot be run.
    """
    home = results_folder(results)
    models = with_model(wish.model) if wish.reasoner in MODELS else None
    chosen = _chosen(wish)
    plan = Plan(
        dataset_hash=hash_of(chosen),
        models=models,
        prompt=prompt_of(wish.prompt, wish.prompts) if models else None,
        cache=home / CACHE,
        ask=wish.ask,
        home=wish.certified_by,
        fits=fits_of(wish.certified_by, now) if wish.certified_by else Fits(),
        prompts=wish.prompts,
    )
    tasks = _tasks(wish, chosen)
    header = _header(wish, plan, home)
    folder = wish.out or home / header.run
    workers = _workers(len(tasks)) if wish.workers is None else wish.workers
    at_once = WAITING if models else AT_ONCE
    return Order(header, plan, tasks, folder, wish.driven_by, workers, at_once)


def _chosen(wish: Wish) -> list[tuple[str, Case]]:
    """Return the cases that are played: what is said of a run is said of exactly these."""
    wanted = [(kind, case) for kind, case in _there(wish) if wish.playbook in {None, kind}]
    chosen = wanted[: wish.limit]
    if not chosen:
        raise NotWanted(f"there are no cases in {wish.split}")
    return chosen


def _there(wish: Wish) -> list[tuple[str, Case]]:
    """Return the cases of the split, and those generated beside it."""
    if wish.cases is None:
        return cases_of(wish.split)
    if wish.split != "calibration":
        raise NotWanted("generated cases are for --split calibration")
    try:
        files = in_folder_of(wish.cases)
    except (GoldenRefused, OSError) as error:
        raise NotWanted(str(error)) from error
    drawn = [(one.playbook, case) for one in files for case in one.cases]
    if not drawn:
        raise NotWanted(f"there are no golden files in {wish.cases}")
    return [*cases_of(wish.split), *drawn]


def _tasks(wish: Wish, chosen: list[tuple[str, Case]]) -> list[Task]:
    return [
        Task(
            playbook=kind,
            case=case,
            split=split_of(case.family),
            judge=wish.reasoner,
            epoch=epoch,
            phase=Phase.ACT if phase == CERTIFIED else Phase(phase),
            certified=phase == CERTIFIED,
        )
        for epoch in range(1, wish.epochs + 1)
        for phase in wish.phases
        for kind, case in chosen
    ]


def with_model(named: str | None) -> Settings:
    """Return the settings with the model that is named, or with their own.

    Raises:
        NotWanted: They have none.
    """
    settings = read_settings()
    if named is not None:
        settings = settings.model_copy(update={"model": named})
    if settings.model is None:
        raise NotWanted("no model is configured: name one with --model")
    return settings


def prompt_of(named: str | None, prompts: Path | None = None) -> Prompt:
    """Return the words of a run: a version, a draft too, or what a folder has in production.

    Raises:
        NotWanted: There are none.
    """
    registry = in_folder(prompts or shipped())
    try:
        if named is not None:
            version = named.removeprefix(f"{PROMPT}@")
            return Prompt(PROMPT, version, registry.shelf.read(PROMPT, version).sha256, True)
        resolved = registry.resolve(PROMPT)
    except RegistryError as error:
        raise NotWanted(str(error)) from error
    return Prompt(PROMPT, resolved.version, resolved.sha256, False)


def _header(wish: Wish, plan: Plan, home: Path) -> Header:
    """Return the header of the run that goes on, or of a new one; sealed cases are counted once."""
    before = begun(wish.out) if wish.out else None
    if before is not None and before.dataset_hash == plan.dataset_hash:
        return before
    started = now()
    prompt = plan.prompt
    header = Header(
        run=f"{started:%Y%m%d-%H%M%S-%f}-{wish.reasoner}-{wish.split}",
        started=started,
        git=_commit(),
        engine=wish.driven_by,
        split=wish.split,
        reasoner=wish.reasoner,
        model=plan.models.model if plan.models else None,
        prompt=f"{prompt.name}@{prompt.version}" if prompt else None,
        dataset_hash=plan.dataset_hash,
        split_hash=_split_hash(),
        settings={
            "limit": wish.limit,
            "epochs": wish.epochs,
            "phases": list(wish.phases),
            "playbook": wish.playbook,
            "certified_by": str(wish.certified_by) if wish.certified_by else None,
        },
    )
    if wish.split not in {"sealed", "all"}:
        return header
    return header.model_copy(
        update={"sealed_uses": used(home, header, hash_of(cases_of("sealed")))}
    )


def _split_hash() -> str:
    return sha256(text_of(record()).encode()).hexdigest()


def _workers(tasks: int) -> int:
    """Return how many processes are worth their start."""
    return min(MOST_WORKERS, os.cpu_count() or 1, tasks // WORTH_A_WORKER)


def _commit() -> str | None:
    """Return the commit this runs from; None where it is no checkout."""
    try:
        said = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout.strip() or None

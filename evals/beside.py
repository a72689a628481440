"""The baselines beside a run: what trivial judges, the weighing and the oracle make of its cases.

What they make of cases follows from the code and the cases alone, so it is kept by the hash of both
and played only once.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from evals.harness import Order, carried_out
from evals.row import ROWS, Row, read_rows, write_rows
from evals.task import Plan

BASELINES = ("do_nothing", "always_escalate", "majority", "weighing", "oracle")
FOLDER = "baselines"
PACKAGES = ("agent", "tools", "evals")


async def beside(
    order: Order, kept: Path, told: Callable[[str], None] = lambda _name: None
) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of every baseline for the cases of a run, and put them into its folder.

    Args:
        order: The run.
        kept: Where baselines are kept for later runs.
        told: Is called with the name of a baseline before it is played.
    """
    found: dict[str, tuple[Row, ...]] = {}
    for name in BASELINES:
        if name == order.header.reasoner:
            found[name] = read_rows(order.folder)
        else:
            told(name)
            found[name] = await _one(name, order, kept)
        write_rows(order.folder, found[name], f"{FOLDER}/{name}.jsonl")
    return found


async def _one(name: str, order: Order, kept: Path) -> tuple[Row, ...]:
    """Play a baseline once for each case and phase; epochs of what never differs say nothing."""
    tasks = [replace(task, judge=name) for task in order.tasks if task.epoch == 1]
    key = hashlib.sha256("\n".join([_code(), order.plan.dataset_hash, *map(str, tasks)]).encode())
    folder = kept / key.hexdigest()[:24] / name
    if not (folder / ROWS).exists():
        shutil.rmtree(folder, ignore_errors=True)
        header = order.header.model_copy(update={"reasoner": name, "model": None, "prompt": None})
        plan = Plan(dataset_hash=order.plan.dataset_hash)
        await carried_out(
            replace(order, header=header, plan=plan, tasks=tasks, folder=folder, engine="bare")
        )
    return read_rows(folder)


@cache
def _code() -> str:
    """Return the hash of all the code that a row depends on."""
    hashed = hashlib.sha256()
    for package in PACKAGES:
        for name, file in sorted(_sources(files(package), package), key=lambda one: one[0]):
            hashed.update(f"{name}\0".encode())
            hashed.update(file.read_bytes())
    return hashed.hexdigest()


def _sources(folder: Traversable, path: str) -> list[tuple[str, Traversable]]:
    found = list[tuple[str, Traversable]]()
    for one in folder.iterdir():
        if one.is_dir():
            found += _sources(one, f"{path}/{one.name}")
        elif not one.name.endswith((".pyc", ".pyo")):
            found.append((f"{path}/{one.name}", one))
    return found

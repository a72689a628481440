"""A run's questions as an OpenAI Batch file, and its answers into the cache that runs look into.

A question is named by its content and its epoch, so the same question is written, and paid for,
once, however many cases and phases ask it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.reasoning.asker import bare
from agent.reasoning.batch import custom_id, line_of, read
from agent.reasoning.request import ModelRequest
from evals.folders import results_folder
from evals.harness import carried_out
from evals.models import UNANSWERED, Cache, Kept
from evals.ordering import CACHE, Wish, order_of

_EPOCH = re.compile(r"^(?P<question>.+)-e(?P<epoch>\d+)$")


@dataclass(frozen=True)
class Exported:
    """What an export came to: how many questions, and what broke before it could ask."""

    questions: int
    broken: tuple[str, ...]


async def export(wish: Wish, file: Path) -> Exported:
    """Play a run without asking, and write down what would have been asked."""
    order = order_of(replace(wish, ask=False))
    with TemporaryDirectory(prefix="concord-evals-") as folder:
        done = await carried_out(replace(order, folder=Path(folder)))
    count = written(done.asked, order.header.model or "", file)
    broken = [row for row in done.rows.values() if row.status == "error"]
    told = tuple(f"{row.case}: {row.reason}" for row in broken if UNANSWERED not in row.reason)
    return Exported(count, told)


def written(asked: Iterable[tuple[int, ModelRequest]], model: str, file: Path) -> int:
    """Write questions, each with its epoch, as a batch's input; return how many there are."""
    lines = {
        f"{custom_id(request)}-e{epoch}": line_of(request, bare(model)) for epoch, request in asked
    }
    with file.open("w", encoding="utf-8") as stream:
        for name in sorted(lines):
            line = {**lines[name], "custom_id": name}
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(lines)


def taken_in(model: str, file: Path) -> int:
    """Keep the answers of a batch; return how many there are.

    Raises:
        Unreadable: A line is no line of a batch's output.
    """
    cache = Cache(results_folder() / CACHE)
    with file.open(encoding="utf-8", errors="replace") as stream:
        answers = read(stream)
    for name, answer in answers.items():
        found = _EPOCH.match(name)
        question, epoch = (found["question"], int(found["epoch"])) if found else (name, 1)
        kept = Kept(trouble=answer) if isinstance(answer, str) else Kept(answer=answer)
        cache.put(model, question, epoch, kept)
    return len(answers)

"""Evaluation reports: what the runs in the results folder came to, read as they lie there."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter, Request, Response

from agent.service.pages.reader import Prompting, concord_of, speech_of
from agent.service.pages.rendering import page

FOLDER, HEADER, ROWS = "evals", "run.json", "result.jsonl"
MOST_RUNS = 50
MOST_ROWS = 20_000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Score:
    """One scorer's mean over the rows it scored."""

    name: str
    mean: float
    rows: int


@dataclass(frozen=True)
class Run:
    """One run: who judged, over what, and how it went."""

    run: str
    started: datetime | None
    reasoner: str
    model: str
    split: str
    rows: int
    errors: int
    scores: tuple[Score, ...]


@router.get("/evaluations")
async def evaluations(request: Request, reader: Prompting) -> Response:
    """Show the runs, the latest first."""
    folder = concord_of(request).settings.home / FOLDER
    runs = await asyncio.to_thread(_runs, folder)
    speech = speech_of(request, reader)
    return page(request, reader, "evaluations.html", speech=speech, runs=runs)


def _runs(folder: Path) -> tuple[Run, ...]:
    files = sorted(folder.glob(f"*/{HEADER}"), key=lambda file: file.stat().st_mtime, reverse=True)
    found = [_run(file.parent) for file in files[:MOST_RUNS]]
    return tuple(run for run in found if run is not None)


def _run(folder: Path) -> Run | None:
    """Return what a run came to; what is no run is passed over."""
    header = _plain((folder / HEADER).read_text("utf-8", "replace"))
    if header is None:
        return None
    rows = list[Mapping[str, Any]]()
    if (folder / ROWS).exists():
        with (folder / ROWS).open(encoding="utf-8", errors="replace") as lines:
            for line, _ in zip(lines, range(MOST_ROWS), strict=False):
                row = _plain(line)
                rows += [row] if row is not None else []
    return Run(
        run=str(header.get("run", folder.name)),
        started=_moment(header.get("started")),
        reasoner=str(header.get("reasoner", "")),
        model=str(header.get("model") or ""),
        split=str(header.get("split", "")),
        rows=len(rows),
        errors=sum(bool(row.get("error")) for row in rows),
        scores=_scores(rows),
    )


def _scores(rows: list[Mapping[str, Any]]) -> tuple[Score, ...]:
    sums, counts = Counter[str](), Counter[str]()
    for row in rows:
        given = row.get("scores")
        if not isinstance(given, Mapping):
            continue
        for name, value in cast("Mapping[str, Any]", given).items():
            if isinstance(value, int | float):
                sums[name] += value  # pyright: ignore[reportArgumentType] - counts may be shares
                counts[name] += 1
    return tuple(Score(name, sums[name] / counts[name], counts[name]) for name in sorted(counts))


def _plain(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else None


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

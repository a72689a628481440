"""Evaluation runs as they lie in the results folder, for resource and page alike; read, never run.

A file that has not changed is not read again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

FOLDER, HEADER, ROWS = "evals", "run.json", "result.jsonl"
MOST_RUNS = 50
MOST_ROWS = 20_000
COUNTED = ("acted_wrongly", "asked_needlessly", "missed")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """One scorer's mean over the rows it scored."""

    name: str
    mean: float
    rows: int


@dataclass(frozen=True)
class Run:
    """One run: who judged, over what, and how it went.

    ``acted_wrongly``, ``asked_needlessly`` and ``missed`` count cases and are never averaged.
    """

    run: str
    started: datetime | None
    reasoner: str
    model: str
    split: str
    rows: int
    errors: int
    acted_wrongly: int
    asked_needlessly: int
    missed: int
    scores: tuple[Score, ...]


def runs(home: Path) -> tuple[Run, ...]:
    """Return the latest runs, the last one first; what is no run is passed over."""
    found = sorted((home / FOLDER).glob(f"*/{HEADER}"), key=_changed, reverse=True)
    folders = [file.parent for file in found[:MOST_RUNS]]
    known = (_run(folder, _changed(folder / HEADER), _changed(folder / ROWS)) for folder in folders)
    return tuple(run for run in known if run is not None)


def run_named(home: Path, name: str) -> Run | None:
    """Return one of the latest runs by its name."""
    return next((run for run in runs(home) if run.run == name), None)


@lru_cache(maxsize=4 * MOST_RUNS)
def _run(folder: Path, _header: int, _rows: int) -> Run | None:
    """Return what a run came to, as of these times of change."""
    header = _plain((folder / HEADER).read_text("utf-8", "replace"))
    if header is None:
        return None
    rows = list(_rows_of(folder / ROWS))
    counts = Counter(name for row in rows for name in COUNTED if row.get(name) is True)
    return Run(
        run=str(header.get("run", folder.name)),
        started=_moment(header.get("started")),
        reasoner=str(header.get("reasoner", "")),
        model=str(header.get("model") or ""),
        split=str(header.get("split", "")),
        rows=len(rows),
        errors=sum(row.get("status") == "error" for row in rows),
        acted_wrongly=counts["acted_wrongly"],
        asked_needlessly=counts["asked_needlessly"],
        missed=counts["missed"],
        scores=_scores(rows),
    )


def _rows_of(file: Path) -> Iterator[Row]:
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line, _ in zip(lines, range(MOST_ROWS), strict=False):
            row = _plain(line)
            if row is not None:
                yield row


def _scores(rows: list[Row]) -> tuple[Score, ...]:
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


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _plain(text: str) -> Row | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return cast("Row", found) if isinstance(found, dict) else None


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

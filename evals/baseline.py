"""What the weighing gets right today, recorded: a case that was right may not turn wrong unnoticed.

A line is one case in one phase. The file changes only when somebody says so (``--bless``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.row import Row
from evals.summary import right

FILE = "baselines/weighing.jsonl"


class Standing(BaseModel):
    """How a case stood in a phase."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str
    phase: str
    right: bool
    cause: str | None
    ruling: str | None
    actions: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """The case and the phase."""
        return self.case, self.phase


def standing_of(row: Row) -> Standing:
    """Return how a case stands by its row; an error is not right."""
    return Standing(
        case=row.case,
        phase=row.phase,
        right=row.status == "ok" and right(row),
        cause=row.got.cause,
        ruling=row.got.ruling,
        actions=row.got.actions,
    )


def recorded(file: Path | None = None) -> dict[tuple[str, str], Standing]:
    """Return what is recorded."""
    path = file or shipped()
    if not path.exists():
        return {}
    lines = path.read_text("utf-8").splitlines()
    found = [Standing.model_validate_json(line) for line in lines if line]
    return {one.key: one for one in found}


def bless(rows: Iterable[Row], file: Path | None = None) -> int:
    """Record how cases stand now, others as they were; return how many are recorded."""
    path = file or shipped()
    known = recorded(path) | {one.key: one for one in map(standing_of, rows)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{_line(known[key])}\n" for key in sorted(known)), "utf-8")
    return len(known)


def worsened(
    rows: Sequence[Row], known: Mapping[tuple[str, str], Standing]
) -> list[tuple[Standing, Row]]:
    """Return what was right and is not, with the row that shows it."""
    pairs = ((known.get((row.case, row.phase)), row) for row in rows)
    return [
        (before, row)
        for before, row in pairs
        if before is not None and before.right and not standing_of(row).right
    ]


def shipped() -> Path:
    """Return the file that ships."""
    return Path(str(files("evals").joinpath(FILE)))


def _line(one: Standing) -> str:
    return json.dumps(one.model_dump(mode="json"), ensure_ascii=False)

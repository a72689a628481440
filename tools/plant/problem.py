"""What is wrong with a plant file, so that whoever wrote it can mend it without asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``key`` is the dotted key, empty where the file is no TOML at all."""

    file: Path
    line: int
    column: int | None
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Show it as ``file:line: key: problem. Remedy``, which editors turn into a link."""
        subject = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {subject}{self.problem}. {self.remedy}"


class PlantRefused(Exception):
    """Plant files cannot be used; the integrator mends what the problems name."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

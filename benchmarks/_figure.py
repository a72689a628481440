"""A figure: what was measured, what it is held against in the same run, and what was promised."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Size(StrEnum):
    """How much is measured: enough to see that it works, what a coffee allows, or all of it."""

    TINY = "tiny"
    USUAL = "usual"
    FULL = "full"

    def of(self, tiny: int, usual: int, full: int) -> int:
        """Return the number that belongs to this size."""
        return {Size.TINY: tiny, Size.USUAL: usual, Size.FULL: full}[self]


@dataclass(frozen=True)
class Figure:
    """One row. ``limit`` is what no Concord could beat, measured beside it, and the ratio to it."""

    what: str
    measured: str
    limit: str = ""
    promised: str = ""
    kept: bool | None = None

    def promising(self, promised: str, kept: bool) -> Figure:
        """Return it with what was promised of it."""
        return replace(self, promised=promised, kept=kept)

    def line(self, size: Size) -> str:
        """Return it as a row of the table; of a tiny run nothing can be said to be kept."""
        verdict = {None: "", True: "kept", False: "**BROKEN**"}[self.kept]
        if size is Size.TINY and verdict:
            verdict = "too few to tell"
        cells = (self.what, self.measured, self.limit, self.promised, verdict)
        return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


HEAD = "| what | measured | its limit, in the same run | promised | |\n|---|---|---|---|---|"


def not_run(what: str, why: str) -> Figure:
    """Return the row of what was not measured: never an old number."""
    return Figure(what, "not run", why)


def from_rows(table: str) -> list[Figure]:
    """Return the figures of a module that prints a table of its own, of four columns."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| ") and not line.startswith("| what ")
    ]
    told = {"kept": True, "BROKEN": False}
    return [
        Figure(row[0], row[1], promised=row[2], kept=told.get(row[3]))
        for row in rows
        if len(row) == len(("what", "measured", "promised", "verdict"))
    ]


def at(times: Sequence[float], percent: int) -> float:
    """Return a percentile; of a single time, that one."""
    if len(times) == 1:
        return times[0]
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]

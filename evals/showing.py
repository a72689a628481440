"""A run on the terminal: a bar while it goes on, then its figures beside the baselines."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from evals.harness import Told
from evals.row import Row
from evals.summary import Summary, pass_k, summary_of

SHARES = ("cause_accuracy", "action_accuracy", "end_state_accuracy")
COUNTS = ("acted_wrongly", "asked_needlessly", "missed", "injection_success", "errors")
MOST_ERRORS = 10


@contextmanager
def bar(total: int, quiet: bool) -> Generator[Told]:
    """Show how far a run has come, on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TextColumn("{task.fields[wrong]} wrong, {task.fields[errors]} errors"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet,
    ) as progress:
        shown = progress.add_task("cases", total=total, wrong=0, errors=0)
        wrong = errors = 0

        def told(row: Row) -> None:
            nonlocal wrong, errors
            errors += row.status == "error"
            wrong += row.scores.get("cause") == 0
            progress.update(shown, advance=1, wrong=wrong, errors=errors)

        yield told


def figures(
    summary: Summary, rows: Sequence[Row], baselines: Mapping[str, Sequence[Row]], judge: str
) -> Table:
    """Return the figures of a run and its baselines as a table."""
    table = Table(title=f"{summary.cases} cases")
    for name in ("judge", *SHARES, *COUNTS):
        table.add_column(name.replace("_", " "), justify="left" if name == "judge" else "right")
    table.add_row(*_row(judge, summary), style="bold")
    for name, found in baselines.items():
        if name == judge:
            continue
        table.add_row(*_row(name, summary_of(found, 0)))
    epochs = max((row.epoch for row in rows), default=1)
    if epochs > 1:
        table.caption = f"right in all of {epochs} epochs: {_share(pass_k(rows, epochs))}"
    return table


def errors_of(rows: Sequence[Row]) -> list[str]:
    """Return one line for each error, the first ones only."""
    found = [f"{row.case} ({row.phase}): {row.reason}" for row in rows if row.status == "error"]
    more = [f"… and {len(found) - MOST_ERRORS} more"] if len(found) > MOST_ERRORS else []
    return [*found[:MOST_ERRORS], *more]


def last_line(summary: Summary) -> str:
    """Return the figures as the one line that programs read."""
    return json.dumps(summary.plain())


def _row(name: str, summary: Summary) -> list[str]:
    plain = summary.plain()
    return [
        name,
        *(_share(plain[one]) for one in SHARES),
        *(str(plain[one]) for one in COUNTS),
    ]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"

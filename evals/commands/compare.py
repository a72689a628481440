"""Compares two runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def command(
    baseline: Annotated[Path, typer.Argument(help="A run's folder, or its result.jsonl.")],
    candidate: Annotated[Path, typer.Argument(help="The other run's.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two runs case by case: differences with 95 % intervals, and what flipped."""
    from evals.comparing.compare import NotComparable, compare
    from evals.comparing.telling import comparison_lines, plain_comparison
    from evals.row import RowsUnreadable, read_rows

    try:
        comparison = compare(read_rows(baseline), read_rows(candidate))
    except (NotComparable, RowsUnreadable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(plain_comparison(comparison), ensure_ascii=False))
        return
    typer.echo("\n".join(comparison_lines(comparison)))

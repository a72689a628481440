"""Writes the report of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    results: Annotated[Path, typer.Argument(help="A run's folder, or its result.jsonl.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="The run to hold it against.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="The certified threshold, to be marked.")
    ] = None,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown for a pull request.")
    ] = False,
) -> None:
    """Write a run's report as one HTML page without script, or as Markdown."""
    from evals.extras import NotInstalled, require

    try:
        require("matplotlib", "matplotlib", "A report")
    except NotInstalled as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    from evals.reporting.figures import figures
    from evals.reporting.report import markdown, page
    from evals.row import RowsUnreadable, read_header, read_rows

    if out is None and not as_markdown:
        typer.echo("Say where to: --out FILE.html, or --markdown.", err=True)
        raise typer.Exit(2)
    try:
        before = (read_header(baseline), read_rows(baseline)) if baseline else None
        found = figures(read_header(results), read_rows(results), before)
    except RowsUnreadable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if out is not None:
        out.write_text(page(found, threshold), "utf-8")
        typer.echo(f"{out}  {out.stat().st_size // 1000} kB", err=as_markdown)
    if as_markdown:
        typer.echo(markdown(found))

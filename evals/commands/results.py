"""Lists the runs there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def command(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of results; evals in the home folder is taken else."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the runs of a folder of results, the latest last."""
    from evals.folders import results_folder, runs_in

    headers = runs_in(results_folder(out))
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in headers]))
        return
    for one in headers:
        whole = "done" if one.finished else "interrupted"
        typer.echo(f"{one.run}  {one.split}  {one.reasoner}  {one.model or '-'}  {whole}")
    if not headers:
        typer.echo("There are no runs yet.")

"""Takes in what a model answered to an exported run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    model: Annotated[str, typer.Option(help="Who answered, named as at the export.")],
    file: Annotated[Path, typer.Argument(help="The batch's output, JSONL.")],
) -> None:
    """Keep the answers of a batch; the run finds them as if they had been given live."""
    from agent.reasoning.batch import Unreadable
    from evals.batches import taken_in

    try:
        count = taken_in(model, file)
    except (Unreadable, OSError) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{count} answers are kept")

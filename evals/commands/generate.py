"""Draws calibration cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    out: Annotated[Path, typer.Option(help="Folder the golden files are written to.")],
    count: Annotated[int, typer.Option(min=1, help="How many cases.")] = 1000,
    seed: Annotated[int | None, typer.Option(help="Equal seeds give equal cases.")] = None,
) -> None:
    """Draw cases for calibration, with oracle labels; every world of them can be built."""
    from evals.generator.generate import SEED, generate
    from evals.writing import write

    files = generate(count, SEED if seed is None else seed)
    for path, one in zip(write(out, files), files, strict=True):
        typer.echo(f"{len(one.cases)} cases  {path}")

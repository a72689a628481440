"""Calibrates a judge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from evals.calibrating.certify import Calibration


def command(
    results: Annotated[Path, typer.Argument(help="A run over the calibration split.")],
    dev: Annotated[
        Path | None, typer.Option(help="A run over the dev split, to fit the confidence on.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the certificates; the home folder's else.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How long they hold.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Certify from which confidence on a judge may act alone; nothing shown, never."""
    from agent.authority.certificates import FOLDER
    from agent.clock import now
    from agent.settings import read_settings
    from evals.calibrating.certify import STANDARD, Terms, certify
    from evals.row import RowsUnreadable, read_rows

    try:
        rows = [row for row in read_rows(results) if row.split == "calibration"]
        learning = [row for row in read_rows(dev) if row.split == "dev"] if dev else []
    except RowsUnreadable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if not rows:
        typer.echo("The run has no cases of the calibration split.", err=True)
        raise typer.Exit(2)
    terms = Terms(STANDARD.alphas, valid=timedelta(days=days))
    run = (results if results.is_dir() else results.parent).name
    found = certify(rows, learning, run, now(), terms)
    told = _filed(found, out or read_settings().home / FOLDER, run)
    if as_json:
        plain = [_plain(one, file) for one, file in told]
        typer.echo(json.dumps(plain, ensure_ascii=False))
        return
    typer.echo("\n".join(line for one, file in told for line in _lines(one, file)))


def _filed(found: Sequence[Calibration], folder: Path, run: str) -> list[tuple[Calibration, Path]]:
    """Write the certificates down, and return where each one is."""
    from agent.authority.certificate import written

    folder.mkdir(parents=True, exist_ok=True)
    told: list[tuple[Calibration, Path]] = []
    for number, one in enumerate(found, start=1):
        file = folder / f"{run}-{number}.json"
        file.write_text(written(one.certificate), "utf-8")
        told.append((one, file))
    return told


def _lines(one: Calibration, file: Path) -> list[str]:
    certificate = one.certificate
    head = f"{certificate.judge}, until {certificate.expires:%Y-%m-%d}: {file}"
    rows = [
        f"  {it.playbook:<36}{it.risk.value:<8}{_threshold(it.tested.threshold):>7}  {it.why}"
        for it in one.classes
    ]
    return [head, *rows, f"  certified coverage {one.coverage:.1%}"]


def _plain(one: Calibration, file: Path) -> dict[str, Any]:
    plain = one.certificate.model_dump(mode="json", by_alias=True)
    return plain | {"file": str(file), "coverage": one.coverage}


def _threshold(threshold: float | None) -> str:
    return "never" if threshold is None else f"{threshold:.2f}"

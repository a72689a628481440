"""Carries a wish out at the terminal, and tells its figures."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import typer
from rich.console import Console

from agent.clock import now
from evals.baseline import bless
from evals.beside import BASELINES, FOLDER, beside
from evals.engines.engine import engine_of
from evals.extras import NotInstalled
from evals.folders import results_folder
from evals.harness import Order, RunRefused, carried_out
from evals.judges.judge import judges
from evals.ordering import NotWanted, Wish, order_of
from evals.row import Row, read_rows, write_header
from evals.showing import bar, errors_of, figures, last_line
from evals.summary import summary_of


@dataclass(frozen=True)
class Shown:
    """What is shown and done beside the run itself."""

    as_json: bool = False
    baselines: bool = True
    bless: bool = False


def run_and_tell(wish: Wish, shown: Shown) -> None:
    """Run what is wanted and print its figures; ends with 2 where it cannot be run."""
    try:
        order = _ordered(wish, shown)
        asyncio.run(_run(order, shown))
    except (NotWanted, RunRefused, NotInstalled) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _ordered(wish: Wish, shown: Shown) -> Order:
    if wish.reasoner not in judges():
        raise NotWanted(f"there is no judge {wish.reasoner}: {', '.join(judges())}")
    engine_of(wish.driven_by)
    if shown.bless and wish.reasoner != "weighing":
        raise NotWanted("only the weighing's result is recorded as the baseline")
    return order_of(wish)


async def _run(order: Order, shown: Shown) -> None:
    console = Console(stderr=shown.as_json)
    started = now()
    with bar(len(order.tasks), quiet=not sys.stderr.isatty()) as told:
        await carried_out(order, told)
    seconds = (now() - started).total_seconds()
    rows = read_rows(order.folder)
    found: Mapping[str, tuple[Row, ...]] = {}
    if shown.baselines:
        found = await beside(
            order,
            results_folder() / FOLDER,
            lambda name: console.print(f"beside it: {name} …", style="dim"),
        )
    header = order.header.model_copy(
        update={
            "finished": now(),
            "baselines": {name: f"{FOLDER}/{name}.jsonl" for name in BASELINES if name in found},
        }
    )
    write_header(order.folder, header)
    if shown.bless:
        console.print(f"{bless(rows)} cases are recorded as the baseline")
    summary = summary_of(rows, seconds)
    console.print(figures(summary, rows, found, order.header.reasoner))
    for line in errors_of(rows):
        console.print(f"error: {line}", style="red", markup=False)
    if header.sealed_uses:
        console.print(f"the sealed cases were used {header.sealed_uses} times here")
    console.print(f"rows, header and log lie in {order.folder}", markup=False, soft_wrap=True)
    if shown.as_json:
        typer.echo(last_line(summary))

"""Evaluations: run golden cases, compare runs, gate, calibrate, report."""

from __future__ import annotations

import importlib
import pkgutil

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Run golden cases, compare runs, gate, calibrate and report.",
)


@app.callback()
def _evals() -> None:
    """Keep the subcommand's name needed, however many there are."""


# One subcommand, one module with a function ``command``; it imports what it needs when it runs.
for _found in pkgutil.iter_modules(__path__):
    _module = importlib.import_module(f"{__name__}.{_found.name}")
    app.command(_found.name.strip("_"))(_module.command)

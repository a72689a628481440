"""Look at everything Concord rests on, and say how to mend what is not in order."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.doctor import Report

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check settings, database, plant files, policies and every system; end with 1 if one fails.

    Nothing is changed, made or migrated.
    """
    report = _report()
    if as_json:
        typer.echo(json.dumps(report.plain(), ensure_ascii=False, indent=2))
    else:
        _tell(report)
    raise typer.Exit(0 if report.healthy else 1)


def _report() -> Report:
    from agent.clock import now
    from agent.doctor import examine, refused
    from agent.settings import SettingsRefused, environment, read_settings
    from agent.sides import Wires

    try:
        settings = read_settings()
    except SettingsRefused as error:
        return refused(error)
    return asyncio.run(examine(settings, Wires(environment(), now)))


def _tell(report: Report) -> None:
    colours = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}
    width = max(len(finding.what) for finding in report.findings)
    for one in report.findings:
        mark = typer.style(f"{one.mark.value:<4}", fg=colours[one.mark.value])
        typer.echo(f"{mark}  {one.what:<{width}}  {one.found}")
        if one.mend:
            typer.echo(f"{'':<6}{'':<{width}}  → {one.mend}")
    told = report.plain()
    typer.echo(f"\n{told['ok']} in order, {told['warn']} to look at, {told['fail']} to mend.")

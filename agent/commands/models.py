"""Models: check what the configured ones can do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands._refusing import settings_read

if TYPE_CHECKING:
    from agent.reasoning.checking import ModelCheck
    from agent.settings import Settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The models that cases are put to."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def models() -> None:
    """Check the models that cases are put to."""


@app.command()
def check(
    seconds: Annotated[
        float, typer.Option(help="How long one answer is waited for.", min=0.1)
    ] = 60,
    as_json: AsJson = False,
) -> None:
    """Say on which rung of the ladder each model answers, and whether it reads long prompts.

    Ends with 1 if cases cannot be put to one of them, or none is configured.
    """
    import asyncio

    chosen = settings_read()
    if chosen.model is None:
        typer.echo("No model is configured: the facts alone are weighed. Set CONCORD_MODEL.")
        raise typer.Exit(1)
    checks = asyncio.run(_checked(chosen, seconds))
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in checks], ensure_ascii=False, indent=2))
    else:
        for one in checks:
            _tell(one)
    raise typer.Exit(0 if all(one.usable for one in checks) else 1)


async def _checked(chosen: Settings, seconds: float) -> list[ModelCheck]:
    from agent.reasoning.checking import check as check_model
    from agent.reasoning.configured import askers_of
    from tools.patience import Rhythm

    checks: list[ModelCheck] = []
    for asker in askers_of(chosen):
        try:
            checks.append(await check_model(asker, Rhythm().clock, seconds))
        finally:
            await asker.close()
    return checks


def _plain(one: ModelCheck) -> dict[str, Any]:
    return {
        "model": one.model,
        "returned": one.returned,
        "usable": one.usable,
        "rung": one.rung.value if one.rung else None,
        "rungs": [
            {
                "form": rung.form.value,
                "works": rung.works,
                "latency_ms": round(rung.latency_ms),
                "why": rung.why,
            }
            for rung in one.rungs
        ],
        "context": one.context,
        "context_why": one.context_why,
    }


def _tell(one: ModelCheck) -> None:
    named = f" (the server says {one.returned})" if one.returned else ""
    typer.echo(f"{one.model}{named}: {'usable' if one.usable else 'not usable'}")
    for rung in one.rungs:
        said = "works" if rung.works else rung.why
        typer.echo(f"  {rung.form.value:<17} {round(rung.latency_ms):>6} ms  {said}")
    if one.context is not None:
        typer.echo(f"  {'long prompts':<17} {'':>9}  {one.context_why or 'read to the end'}")

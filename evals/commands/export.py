"""Writes down what a run would ask a model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.run import Prompts, Tried


def command(  # noqa: PLR0913 - a command's options are its interface
    model: Annotated[str, typer.Option(help="Who will answer: openai:NAME or ollama:NAME.")],
    file: Annotated[Path, typer.Argument(help="Where the requests go, as OpenAI Batch JSONL.")],
    split: Annotated[str, typer.Option(help="Which cases.")] = "dev",
    reasoner: Annotated[str, typer.Option(help="model or tiered.")] = "model",
    prompt: Annotated[str | None, typer.Option(help="Version of the prompt.")] = None,
    prompts: Prompts = None,
    playbook: Annotated[str | None, typer.Option(help="Only cases of this playbook.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first cases.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often each case is played.")] = 1,
    phase: Annotated[list[Tried] | None, typer.Option(help="As in run.")] = None,
    workers: Annotated[int | None, typer.Option(min=0, help="Processes.")] = None,
) -> None:
    """Write the questions that have no answer yet into a batch file; nobody is asked.

    A model that answers badly is asked again, so after an import another export may find more.
    """
    from evals.batches import export
    from evals.ordering import NotWanted, Wish

    phases = tuple(one.value for one in phase or (Tried.ACT,))
    asked = Wish(split, reasoner, model, prompt, limit, epochs, phases, engine="bare")
    wish = replace(asked, workers=workers, playbook=playbook, prompts=prompts)
    try:
        found = asyncio.run(export(wish, file))
    except NotWanted as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for line in found.broken:
        typer.echo(f"not asked: {line}", err=True)
    count = found.questions
    typer.echo(f"{count} questions are in {file}" if count else "Every question has its answer.")

"""Replays closed cases."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from evals.commands.run import Prompts

Judge = Annotated[
    Literal["weighing", "model", "tiered"] | None,
    typer.Option(help="Who judges; tiered where a model or a prompt is named, weighing else."),
]
Model = Annotated[
    str | None, typer.Option(help="openai:NAME or ollama:NAME; the settings' own else.")
]
Prompt = Annotated[
    str | None, typer.Option(help="diagnose@VERSION, a draft too; production's else.")
]
Policy = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A policy file in place of the plants' own."),
]
Questions = Annotated[
    Path | None,
    typer.Option(help="Ask nobody; write what has no answer yet, as OpenAI Batch JSONL."),
]


def command(  # noqa: PLR0913 - a command's options are its interface
    reasoner: Judge = None,
    model: Model = None,
    prompt: Prompt = None,
    prompts: Prompts = None,
    policy: Policy = None,
    plant: Annotated[str | None, typer.Option(help="Only the cases of one plant.")] = None,
    questions: Questions = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge closed cases anew by another judge, prompt, model or policy; nothing is posted or kept.

    Shows where cause, remedy or ruling would be another, and how that differs from what people
    decided. What the records hold is judged by today's code; no system is asked anything.
    """
    from evals.backtesting.ordering import Wish, carried_out
    from evals.backtesting.telling import lines, plain
    from evals.ordering import NotWanted

    wish = Wish(reasoner, model, prompt, prompts, policy, plant, questions)
    try:
        done = asyncio.run(carried_out(wish))
    except NotWanted as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if as_json:
        told = plain(done.replays) | {"questions": done.questions}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in lines(done.replays):
        typer.echo(line)
    if done.questions is not None:
        typer.echo(f"{done.questions} questions are in {questions}; import the answers, then again")

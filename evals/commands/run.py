"""Runs a judge over the golden cases of a split."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer


class Tried(StrEnum):
    """How far the agent is let off the lead; certified is act with a judge taken for certified."""

    ACT = "act"
    ADVISE = "advise"
    OBSERVE = "observe"
    CERTIFIED = "certified"


def command(  # noqa: PLR0913 - a command's options are its interface
    split: Annotated[
        Literal["dev", "calibration", "sealed", "all"],
        typer.Option(help="Which cases; every use of sealed ones is counted."),
    ] = "dev",
    reasoner: Annotated[
        str, typer.Option(help="weighing, model, tiered, or a baseline such as oracle.")
    ] = "weighing",
    model: Annotated[
        str | None, typer.Option(help="openai:NAME or ollama:NAME; the settings' own else.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(help="Version of the prompt, a draft too; production's else.")
    ] = None,
    playbook: Annotated[str | None, typer.Option(help="Only cases of this playbook.")] = None,
    cases: Annotated[
        Path | None, typer.Option(help="Folder of generated cases, beside those of calibration.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first cases.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often each case is played.")] = 1,
    phase: Annotated[
        list[Tried] | None, typer.Option(help="May be given more than once; act, if it is not.")
    ] = None,
    engine: Annotated[
        Literal["inspect", "bare"], typer.Option(help="inspect keeps a log for its viewer.")
    ] = "inspect",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes; as many as there are cores else.")
    ] = None,
    baselines: Annotated[bool, typer.Option(help="Play the baselines beside it.")] = True,
    bless: Annotated[
        bool, typer.Option("--bless", help="Record the weighing's result as the baseline.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the run; an interrupted one in it goes on."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as one line of JSON, at the end.")
    ] = False,
) -> None:
    """Run a judge over golden cases and say how right it was, beside the baselines.

    An interrupted run goes on where it stopped if it is given the same --out again.
    """
    from evals.ordering import Wish
    from evals.running import Shown, run_and_tell

    wish = Wish(
        split=split,
        reasoner=reasoner,
        model=model,
        prompt=prompt,
        limit=limit,
        epochs=epochs,
        phases=tuple(one.value for one in phase or (Tried.ACT,)),
        engine=engine,
        out=out,
        workers=workers,
        playbook=playbook,
        cases=cases,
    )
    run_and_tell(wish, Shown(as_json, baselines, bless))

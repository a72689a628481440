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


Split = Annotated[
    Literal["dev", "calibration", "sealed", "all"],
    typer.Option(help="Which cases; every use of sealed ones is counted."),
]
Reasoner = Annotated[
    str, typer.Option(help="weighing, model, tiered, or a baseline such as oracle.")
]
Model = Annotated[
    str | None, typer.Option(help="openai:NAME or ollama:NAME; the settings' own else.")
]
Prompt = Annotated[
    str | None, typer.Option(help="Version of the prompt, a draft too; production's else.")
]
Prompts = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the prompts; those that ship are taken else.", envvar="CONCORD_PROMPTS"
    ),
]
Playbook = Annotated[str | None, typer.Option(help="Only cases of this playbook.")]
Drawn = Annotated[
    Path | None, typer.Option(help="Folder of generated cases, beside those of calibration.")
]
CertifiedBy = Annotated[
    Path | None,
    typer.Option(help="Home folder whose certificates hold in phase certified, with their fit."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first cases.")]
Epochs = Annotated[int, typer.Option(min=1, help="How often each case is played.")]
Phases = Annotated[
    list[Tried] | None, typer.Option(help="May be given more than once; act, if it is not.")
]
Engine = Annotated[
    Literal["inspect", "bare"] | None,
    typer.Option(
        help="inspect keeps a log for its viewer (extra evals); taken where it is installed, "
        "bare else."
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=0, help="Processes; as many as there are cores else.")
]
Baselines = Annotated[bool, typer.Option(help="Play the baselines beside it.")]
Bless = Annotated[
    bool, typer.Option("--bless", help="Record the weighing's result as the baseline.")
]
Out = Annotated[
    Path | None, typer.Option(help="Folder of the run; an interrupted one in it goes on.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the figures as one line of JSON, at the end.")
]


def command(  # noqa: PLR0913 - a command's options are its interface
    split: Split = "dev",
    reasoner: Reasoner = "weighing",
    model: Model = None,
    prompt: Prompt = None,
    prompts: Prompts = None,
    playbook: Playbook = None,
    cases: Drawn = None,
    certified_by: CertifiedBy = None,
    limit: Limit = None,
    epochs: Epochs = 1,
    phase: Phases = None,
    engine: Engine = None,
    workers: Workers = None,
    baselines: Baselines = True,
    bless: Bless = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a judge over golden cases and say how right it was, beside the baselines."""
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
        certified_by=certified_by,
        prompts=prompts,
    )
    run_and_tell(wish, Shown(as_json, baselines, bless))

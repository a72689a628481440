"""Ask before posting: may a confirmation or goods issue be posted, and what is an error about?"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.assessments.precheck import Precheck, prechecks
from agent.commands._refusing import refusing, settings_read

if TYPE_CHECKING:
    from agent.assessments.answer import Answer
    from agent.assessments.question import Question

NOT_ASKED, WRONG, HOLD, NOTE = 1, 2, 3, 4
CODES = {"pass": 0, "pass_with_note": NOTE, "hold": HOLD}
EXITS = (
    f"Exits with 0 for pass, {NOTE} for pass with a note, {HOLD} for hold, {WRONG} where the"
    f" question is wrong, {NOT_ASKED} where a system cannot be asked. Nothing is changed."
)

Words = Annotated[
    list[str],
    typer.Argument(help="FIELD=VALUE, as often as needed; or one JSON file, - for standard input."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Ask before posting.")


@app.callback()
def precheck() -> None:
    """Ask before posting; nothing is changed."""


@app.command()
def triage(
    text: Annotated[str, typer.Argument(help="An error text, or a line of a log; - reads it.")],
    as_json: AsJson = False,
) -> None:
    """Say what an error text is about, whose it is, and what is suggested.

    Exits with 3 where no message in it is known: then somebody has to look.
    """
    from dataclasses import asdict

    from agent.assessments.triage import assess

    found = assess(sys.stdin.read() if text == "-" else text)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        typer.echo(f"{found.category}, for the {found.queue}: {found.fix}")
    raise typer.Exit(0 if found.confidence else HOLD)


def _command(one: Precheck) -> Callable[..., None]:
    def ask(words: Words, as_json: AsJson = False) -> None:
        answer = asyncio.run(_answered(one, _question(one, words)))
        if as_json:
            typer.echo(json.dumps(answer.plain(), ensure_ascii=False))
        else:
            _tell(answer)
        raise typer.Exit(CODES[answer.advice.value])

    fields = ", ".join(one.question.model_fields)
    ask.__doc__ = f"{one.says}\n\nFields: {fields}. {EXITS}"
    return ask


for _name, _one in prechecks().items():
    app.command(_name)(_command(_one))


def _question(one: Precheck, words: list[str]) -> Question:
    """Read a question from words or from JSON, as the service does."""
    from pydantic import ValidationError

    try:
        if len(words) == 1 and "=" not in words[0]:
            raw = sys.stdin.read() if words[0] == "-" else Path(words[0]).read_text("utf-8")
            return one.question.model_validate_json(raw)
        given = {name: value for name, _, value in (word.partition("=") for word in words)}
        return one.question.model_validate_strings(given)
    except ValidationError as error:
        for wrong in error.errors(include_url=False, include_input=False):
            typer.echo(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}", err=True)
        raise typer.Exit(WRONG) from error
    except OSError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG) from error


async def _answered(one: Precheck, question: Question) -> Answer:
    """Ask a plant's systems through its own connections, or say why that cannot be done."""
    from agent.assessments.reads import Reads, reading_only
    from agent.clock import now
    from agent.nodes.gather import Unreadable
    from agent.playbooks.catalog import catalog
    from agent.settings import environment
    from agent.sides import Wires, connected
    from tools.errors import ToolError
    from tools.plant.reading import load_plants

    wires = Wires(environment(), now)
    with refusing(WRONG):
        plants = load_plants(settings_read(WRONG).plants_folder, wires.env)
    if question.plant not in plants:
        known = ", ".join(sorted(plants))
        typer.echo(f"There is no plant {question.plant}; there are {known}.", err=True)
        raise typer.Exit(WRONG)
    site = connected(plants[question.plant], wires)
    try:
        reads = Reads(site.plant, reading_only(site.sides), catalog(), now())
        return await one.assess(question, reads)
    except (ToolError, Unreadable) as error:
        typer.echo(f"A system cannot be asked just now: {error}", err=True)
        raise typer.Exit(NOT_ASKED) from error
    finally:
        await site.close()


def _tell(answer: Answer) -> None:
    typer.echo(f"{answer.advice.value.replace('_', ' ')} ({answer.confidence:.0%} sure)")
    for one in answer.discrepancies:
        typer.echo(f"  {one.says} ({one.found_by}: {one.name}, {one.confidence:.0%} sure)")

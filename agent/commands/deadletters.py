"""Dead letters: list them, try one again, or put one aside."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from agent.records.deadletters import DeadLetter
    from agent.settings import Settings
    from agent.understanding import Acquaintance

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Number = Annotated[int, typer.Argument(help="The dead letter's number.")]
By = Annotated[str, typer.Option("--as", help="Who does it.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Signals and cases nobody could work on: list them, try one again, or put one aside.",
)


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those dealt with.")] = False,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the latest first, with the reason."""
    from agent.plain import dump
    from agent.records import deadletters
    from agent.records.opening import opened
    from agent.records.states import LetterState

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        letters = list(deadletters.listed(session, None if everything else LetterState.LYING))
    if as_json:
        typer.echo(json.dumps([dump(one) for one in letters], ensure_ascii=False, indent=2))
        return
    for letter in letters:
        typer.echo(_line(letter))
    if not letters:
        typer.echo("There is no dead letter.")


@app.command()
def replay(number: Number, by: By, as_json: AsJson = False) -> None:
    """Try once more: read a signal again, or give a case another turn."""
    from agent.clock import now
    from agent.dispatch.enqueue import DurableEnqueuer
    from agent.records import deadletters
    from agent.records.opening import opened

    settings, at = settings_read(), now()
    known = _acquaintance(settings, at)
    with opened(settings.home, settings.database) as database:
        enqueuer = DurableEnqueuer(database)
        try:
            with database.write() as session:
                received = deadletters.replay(
                    session, number, by, known.reread, enqueuer.enqueue, at
                )
        except deadletters.NotLying as error:
            refuse(f"Not replayed: {error}.")
        finally:
            enqueuer.close()
    told = {"case": received.case, "how": received.how.value, "dead_letter": received.dead_letter}
    if as_json:
        typer.echo(json.dumps(told))
    elif received.case is None:
        typer.echo(f"It is still not understood: dead letter {received.dead_letter}.")
    else:
        typer.echo(f"Case {received.case} is worked on again.")


@app.command()
def drop(
    number: Number,
    by: By,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit.")],
    as_json: AsJson = False,
) -> None:
    """Put a dead letter aside for good."""
    from agent.clock import now
    from agent.records import deadletters
    from agent.records.opening import opened

    settings = settings_read()
    try:
        with opened(settings.home, settings.database) as database, database.write() as session:
            deadletters.drop(session, number, by, reason, now())
    except deadletters.NotLying as error:
        refuse(f"Not dropped: {error}.")
    typer.echo(json.dumps({"dropped": number}) if as_json else f"Dead letter {number} is dropped.")


def _acquaintance(settings: Settings, at: datetime) -> Acquaintance:
    """Return what a signal is judged by; what plant files refer to elsewhere is not needed."""
    from agent.playbooks.catalog import catalog
    from agent.understanding import Acquaintance
    from tools.plant.reading import check_plants

    checks = check_plants(settings.plants_folder, None)
    plants = {checked.plant.code: checked.plant for checked in checks if checked.plant is not None}
    return Acquaintance(plants, catalog(), at)


def _line(letter: DeadLetter) -> str:
    about = f"case {letter.case}" if letter.case else f"signal {letter.signal} of {letter.source}"
    ended = "" if letter.state.value == "lying" else f" ({letter.state.value})"
    return f"{letter.id}  {letter.buried_at:%F %H:%M}  {about}{ended}\n    {letter.reason}"

"""Cases: list them, show one with everything that belongs to it, or explain it in words."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agent.case.ruling import Role
from agent.commands._refusing import refuse, settings_read
from agent.records.states import CaseStatus
from agent.words.catalog import Language

if TYPE_CHECKING:
    from agent.reasoning.explaining import Explained, Wanted
    from agent.records.answers import Decided
    from agent.records.pages import Line

app = typer.Typer(no_args_is_help=True, help="List cases, show or explain one.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_cases(
    status: Annotated[CaseStatus | None, typer.Option(help="Only these.")] = None,
    plant: Annotated[str | None, typer.Option(help="Only of this plant.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind of conflict.")] = None,
    waiting_for: Annotated[Role | None, typer.Option(help="Only what waits for a role.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on behind this case.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List cases: the urgent first, then the oldest."""
    from agent.plain import dump
    from agent.records.opening import opened
    from agent.records.pages import Wish, page
    from agent.records.tables import CaseRow

    settings = settings_read()
    wish = Wish(status=status, plant=plant, kind=kind, waiting_for=waiting_for)
    with opened(settings.home, settings.database) as database, database.read() as session:
        if after is not None and session.get(CaseRow, after) is None:
            refuse(f"There is no case {after}.")
        found = page(session, wish, after, limit)
    if as_json:
        lines = [dump(line) for line in found.lines]
        typer.echo(json.dumps({"cases": lines, "after": found.after}, ensure_ascii=False, indent=2))
        return
    for line in found.lines:
        typer.echo(_line(line))
    if not found.lines:
        typer.echo("There is no such case.")
    if found.after is not None:
        typer.echo(f"More: --after {found.after}")


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="Case, signal, posting key or document number.")],
    as_json: AsJson = False,
) -> None:
    """Show a case: what was found, proposed, decided and posted, and how it ended."""
    from agent.records.opening import opened
    from agent.records.tracing import trace

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = trace(session, case)
    if not found:
        refuse(f"There is no case, signal or document {case}.")
    if as_json:
        plain = [one.plain() for one in found]
        told = plain[0] if len(plain) == 1 else plain
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from agent.telling import tell

    for one in found:
        tell(one, Console())
        for decided in one.decisions:
            typer.echo(f"  {_answer(decided)}")


@app.command()
def explain(
    case: Annotated[str, typer.Argument(help="The case.")],
    language: Annotated[Language, typer.Option(help="In which language.")] = Language.EN,
    role: Annotated[Role, typer.Option(help="For whom.")] = Role.PLANNER,
    question: Annotated[str, typer.Option(help="What you want to know of it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Explain a case in words: a model's where one is configured, else from the records."""
    from agent.reasoning.explaining import Wanted

    told = asyncio.run(_explained(case, Wanted(language, role, question)))
    if as_json:
        typer.echo(json.dumps(asdict(told), ensure_ascii=False, indent=2))
        return
    if told.why:
        typer.echo(f"The model gave no explanation that can be used: {told.why}", err=True)
    typer.echo(told.text)


async def _explained(case: str, wanted: Wanted) -> Explained:
    from agent.bootstrap import machinery
    from agent.explaining import NoSuchCase, explain
    from tools.plant.reading import PlantRefused

    try:
        async with machinery(settings_read()) as concord:
            return await explain(concord, case, wanted)
    except NoSuchCase:
        refuse(f"There is no case {case}.")
    except PlantRefused as error:
        refuse(str(error))


def _answer(decided: Decided) -> str:
    one = decided.decision
    what = f"Attempt {decided.attempt}: {one.answer.value}, {one.by} as {one.role.value}"
    return f"{what}, {one.at:%F %H:%M} UTC: {one.reason}"


def _line(line: Line) -> str:
    waits = f" for {line.waiting_for.value}" if line.waiting_for else ""
    words = [
        line.id,
        f"{line.status.value}{waits}",
        line.criticality.value,
        line.object,
        line.kind or "not recognised",
        line.cause or "-",
        str(line.value or "-"),
        f"{line.opened_at:%F %H:%M}",
    ]
    return "  ".join(words)
